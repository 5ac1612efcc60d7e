/**
 * What dimensions, measures and attributes may be called (write-api 5.4). Each function says what
 * is wrong with the name, or undefined. All comparisons are exact: `Time` is not the reserved `time`.
 *
 * Reserved words are refused as whole names, not wherever they occur: `uptime` is a fine name.
 */
import { DIMENSION_NAME_BYTES_MAX, MEASURE_NAME_BYTES_MAX } from '../base/limits.ts';

const RESERVED: ReadonlySet<string> = new Set(['measure_value', 'ts_non_existent_col', 'time']);
const RESERVED_PREFIXES = ['ts_', 'measure_value', 'measure_name'] as const;

/** Of no use in a column name and hard to quote. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
const UNQUOTABLE = /["\u0000-\u001f\u2028\u2029]/;

export function dimensionNameFault(name: string): string | undefined {
  if (UNQUOTABLE.test(name)) {
    return (
      `The dimension name '${name}' is invalid. ` +
      'A name must not contain double quotes, control characters or line separators.'
    );
  }
  return nameFault('dimension', name, DIMENSION_NAME_BYTES_MAX);
}

export function measureNameFault(name: string): string | undefined {
  return nameFault('measure', name, MEASURE_NAME_BYTES_MAX);
}

/** The name of one of the values of a multi-measure record, which becomes a column. */
export function attributeNameFault(name: string): string | undefined {
  return nameFault('multi-measure attribute', name, MEASURE_NAME_BYTES_MAX);
}

function nameFault(what: string, name: string, bytesMax: number): string | undefined {
  const broken = brokenRule(name, bytesMax);
  return broken === undefined ? undefined : `The ${what} name '${name}' is invalid. ${broken}`;
}

function brokenRule(name: string, bytesMax: number): string | undefined {
  if (name === '') return 'A name must not be empty.';
  if (name.length * 3 > bytesMax && utf8Length(name) > bytesMax) {
    return `A name must have at most ${bytesMax} bytes.`;
  }
  if (name.includes(':')) return 'A name must not contain a colon.';
  if (RESERVED.has(name)) return 'The name is reserved.';
  const prefix = RESERVED_PREFIXES.find((reserved) => name.startsWith(reserved));
  return prefix && `A name must not start with '${prefix}'.`;
}

/** Bytes of the text in UTF-8; a lone surrogate counts as the replacement character does. */
export function utf8Length(text: string): number {
  return Buffer.byteLength(text, 'utf8');
}
