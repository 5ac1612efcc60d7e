/** The subscript of a map; apart from its functions, which need the operators. */
import { hasTrait, physicalType, UNKNOWN } from '../types.ts';
import { castText } from './casts.ts';
import type { SqlTextOf } from './overload.ts';
import { boundBoth, raise, raiseComputed } from './sql-text.ts';

/** m[k]: an error where the key is missing, as a subscript past the end of an array. */
export const mapSubscript: SqlTextOf = ([map = '', key = ''], types) =>
  boundBoth(map, key, (m, k) => {
    const [mapType] = types.arguments;
    const type = mapType?.kind === 'map' ? mapType.key : UNKNOWN;
    const physical = physicalType(types.result);
    const failure = hasTrait(type, 'printable')
      ? raiseComputed(
          `'Key not present in map: ' || ${castText(k, type, { kind: 'varchar' })}`,
          physical,
        )
      : raise('Key not present in map', physical);
    return (
      `CASE WHEN ${m} IS NULL OR ${k} IS NULL THEN NULL ` +
      `WHEN map_contains(${m}, ${k}) THEN map_extract_value(${m}, ${k}) ELSE ${failure} END`
    );
  });
