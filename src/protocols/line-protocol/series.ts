/** Measurement and tags of a line, decoded: what all lines of one series share. */
import { DIMENSIONS_PER_RECORD_MAX } from '../../base/limits.ts';
import { DimensionSet, dimensionNameFault, measureNameFault } from '../../ingest/api.ts';
import {
  COMMA,
  EQUALS,
  findUnescaped,
  SPACE,
  unescapeMeasurement,
  unescapeName,
} from './syntax.ts';

/**
 * The dimension of lines without tags, as a record needs one; its value is the measurement.
 * InfluxDB calls the measurement so in its own results, and keeps names with an underscore for
 * itself.
 */
export const MEASUREMENT_DIMENSION = '_measurement';

export interface Series {
  readonly measurement: string;
  readonly dimensions: DimensionSet;
  /** Why no line of this series can be stored. */
  readonly fault: string | undefined;
}

/** Of `bytes[from, end)`, valid UTF-8 without the space behind. */
export function decodeSeries(bytes: Buffer, from: number, end: number): Series {
  const nameEnd = findUnescaped(bytes, { from, end }, COMMA, SPACE);
  const measurement = unescapeMeasurement(bytes.toString('utf8', from, nameEnd));
  const names: string[] = [];
  const values: string[] = [];
  for (let at = nameEnd; at < end; ) {
    const tagEnd = findUnescaped(bytes, { from: at + 1, end }, COMMA, SPACE);
    const equals = findUnescaped(bytes, { from: at + 1, end: tagEnd }, EQUALS, EQUALS);
    names.push(unescapeName(bytes.toString('utf8', at + 1, equals)));
    values.push(unescapeName(bytes.toString('utf8', Math.min(equals + 1, tagEnd), tagEnd)));
    at = tagEnd;
  }
  const fault = seriesFault(measurement, names, values);
  if (names.length === 0) {
    names.push(MEASUREMENT_DIMENSION);
    values.push(measurement);
  }
  return { measurement, dimensions: new DimensionSet(names, values), fault };
}

function seriesFault(
  measurement: string,
  names: readonly string[],
  values: readonly string[],
): string | undefined {
  if (measurement === '') return 'missing measurement';
  if (names.includes('')) return 'missing tag key';
  if (values.includes('')) return 'missing tag value';
  if (new Set(names).size < names.length) return 'duplicate tags';
  if (names.length > DIMENSIONS_PER_RECORD_MAX) {
    return `more than ${DIMENSIONS_PER_RECORD_MAX} tags`;
  }
  const name = names.find((each) => dimensionNameFault(each) !== undefined);
  return measureNameFault(measurement) ?? (name === undefined ? name : dimensionNameFault(name));
}
