/** Durations (query-language 6.8, interval and duration). */
import { kernel, scalar } from './define.ts';
import type { FunctionOverload } from './overload.ts';

export const intervalFunctions: readonly FunctionOverload[] = scalar({
  names: ['parse_duration'],
  signatures: ['(varchar) -> interval day to second'],
  doc: 'Reads a number and a unit: ns, us, ms, s, m, h, d or their singular names.',
  example: "parse_duration('42.8ms') → 0 00:00:00.042800000",
  errors: ['Unknown time unit: x'],
  lower: kernel('k_parse_duration'),
});
