/**
 * JSON functions (query-language 6.14): text in, text out. A value of type json is its text without
 * blanks; it lives inside of expressions only, and json_format makes a varchar of it.
 */
import { type Definition, kernel, scalar, sql } from './define.ts';
import type { FunctionOverload } from './overload.ts';

const WITH_PATH = (result: string) => [
  `(varchar, varchar) -> ${result}`,
  `(json, varchar) -> ${result}`,
];

const definitions: readonly Definition[] = [
  {
    names: ['json_parse'],
    signatures: ['(varchar) -> json'],
    doc: 'The JSON value that a text spells.',
    errors: ["Cannot convert value to JSON: 'text'"],
    lower: kernel('k_json_parse'),
  },
  {
    names: ['json_format'],
    signatures: ['(json) -> varchar'],
    doc: 'The text of a JSON value, without blanks.',
    lower: sql(([json = '']) => json),
  },
  {
    names: ['json_extract'],
    signatures: WITH_PATH('json'),
    doc: 'The value at a path; NULL if there is none.',
    errors: ["Invalid JSON path: 'path'"],
    lower: kernel('k_json_extract'),
  },
  {
    names: ['json_extract_scalar'],
    signatures: WITH_PATH('varchar'),
    doc: 'The text of the boolean, number or text at a path; NULL for anything else.',
    example: `json_extract_scalar('{"a": [1, 2]}', '$.a[1]') → 2`,
    errors: ["Invalid JSON path: 'path'"],
    lower: kernel('k_json_extract_scalar'),
  },
  {
    names: ['json_size'],
    signatures: WITH_PATH('bigint'),
    doc: 'The number of elements or members at a path; 0 for a scalar.',
    errors: ["Invalid JSON path: 'path'"],
    lower: kernel('k_json_size'),
  },
  {
    names: ['json_array_length'],
    signatures: ['(varchar) -> bigint', '(json) -> bigint'],
    doc: 'The number of elements; NULL if it is no array.',
    lower: kernel('k_json_array_length'),
  },
  {
    names: ['json_array_get'],
    signatures: ['(varchar, bigint) -> json', '(json, bigint) -> json'],
    doc: 'The element at an index from 0, negative ones counted from the end.',
    lower: kernel('k_json_array_get'),
  },
  {
    names: ['json_array_contains'],
    signatures: ['(varchar, varchar) -> boolean', '(json, varchar) -> boolean'],
    doc: 'Whether an array has a text as an element.',
    lower: sql(([json, text]) => `k_json_array_contains(${json}, k_json_quote(${text}))`),
  },
  {
    names: ['json_array_contains'],
    signatures: ['boolean', 'bigint', 'double'].flatMap((type) => [
      `(varchar, ${type}) -> boolean`,
      `(json, ${type}) -> boolean`,
    ]),
    doc: 'Whether an array has a value as an element.',
    lower: sql(([json, value]) => `k_json_array_contains(${json}, CAST(${value} AS VARCHAR))`),
  },
  {
    names: ['is_json_scalar'],
    signatures: ['(varchar) -> boolean', '(json) -> boolean'],
    doc: 'Whether it is neither an array nor an object.',
    errors: ["Cannot convert value to JSON: 'text'"],
    lower: kernel('k_is_json_scalar'),
  },
];

export const jsonFunctions: readonly FunctionOverload[] = definitions.flatMap(scalar);
