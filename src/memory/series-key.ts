/**
 * The canonical form of a series and its coordinate in the space of a table:
 *
 *   high 32 bits   hash32(partition key)     one contiguous range per key
 *   low 32 bits    hash32(canonical form)    spreads the series of one key
 *
 * The canonical form lists the dimensions by name (code unit order), then the measure name, each
 * text preceded by its length, so that no two series share one. Hashes are kept on disk: never
 * change it.
 */
import { hash32 } from '../base/hash.ts';
import type { SeriesDefinition } from './contract.ts';

export interface SpaceCoordinate {
  readonly high: number;
  readonly low: number;
}

export function spaceOf(definition: SeriesDefinition): SpaceCoordinate {
  return {
    high: hash32(definition.partitionKey),
    low: hash32(canonicalSeriesKey(definition)),
  };
}

export function canonicalSeriesKey(definition: SeriesDefinition): string {
  const sorted = [...definition.dimensions].sort((a, b) => (a.name < b.name ? -1 : 1));
  let key = '';
  for (const { name, value } of sorted) key += measured(name) + measured(value);
  return key + measured(definition.measureName);
}

function measured(text: string): string {
  return `${text.length}:${text}`;
}
