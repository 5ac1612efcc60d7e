/** typeof; CAST and TRY_CAST are syntax, their lowering is casts.ts (query-language 6.4). */
import { displayType, quoteText, UNKNOWN } from '../types.ts';
import { scalar, sql } from './define.ts';
import type { FunctionOverload } from './overload.ts';

export const conversionFunctions: readonly FunctionOverload[] = scalar({
  names: ['typeof'],
  signatures: ['<T>(T) -> varchar'],
  doc: 'The name of the type of the argument.',
  example: "typeof(parse_duration('42.8ms')) → interval day to second",
  nulls: 'called',
  lower: sql((_, types) => quoteText(displayType(types.arguments[0] ?? UNKNOWN))),
});
