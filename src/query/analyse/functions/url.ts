/** Parts of URLs (query-language 6.14). A text that is no URL has none: NULL. */
import { type Definition, kernel, scalar } from './define.ts';
import type { FunctionOverload } from './overload.ts';

const PARTS: readonly (readonly [part: string, doc: string])[] = [
  ['protocol', 'The protocol, as https.'],
  ['host', 'The host.'],
  ['path', 'The path, its escapes resolved.'],
  ['query', 'What follows the question mark, its escapes resolved.'],
  ['fragment', 'What follows the number sign, its escapes resolved.'],
];

const parts = PARTS.map(
  ([part, doc]): Definition => ({
    names: [`url_extract_${part}`],
    signatures: ['(varchar) -> varchar'],
    doc,
    lower: kernel(`k_url_${part}`),
  }),
);

const others: readonly Definition[] = [
  {
    names: ['url_extract_port'],
    signatures: ['(varchar) -> bigint'],
    doc: 'The port; NULL if none is written.',
    lower: kernel('k_url_port'),
  },
  {
    names: ['url_extract_parameter'],
    signatures: ['(varchar, varchar) -> varchar'],
    doc: 'The value of the first parameter of a name; NULL if there is none.',
    lower: kernel('k_url_parameter'),
  },
  {
    names: ['url_encode'],
    signatures: ['(varchar) -> varchar'],
    doc: 'With what has a meaning in URLs escaped, and blanks as plus signs.',
    example: "url_encode('a b&c') → a+b%26c",
    lower: kernel('k_url_encode'),
  },
  {
    names: ['url_decode'],
    signatures: ['(varchar) -> varchar'],
    doc: 'With escapes resolved, and plus signs as blanks.',
    errors: ['URLDecoder: Illegal hex characters in escape (%) pattern'],
    lower: kernel('k_url_decode'),
  },
];

export const urlFunctions: readonly FunctionOverload[] = [...parts, ...others].flatMap(scalar);
