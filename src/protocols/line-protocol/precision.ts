/** In what a request's timestamps are counted, as factors to nanoseconds that are at most 10^9. */
import { validation } from '../../base/errors.ts';

export interface Precision {
  readonly factor: number;
  /** On top of the first: an hour has more nanoseconds than one step of 64-bit arithmetic takes. */
  readonly secondFactor: number;
}

const NANOSECONDS: Precision = { factor: 1, secondFactor: 1 };

const PRECISIONS: ReadonlyMap<string, Precision> = new Map([
  ['ns', NANOSECONDS],
  ['n', NANOSECONDS],
  ['us', { factor: 1e3, secondFactor: 1 }],
  ['u', { factor: 1e3, secondFactor: 1 }],
  ['ms', { factor: 1e6, secondFactor: 1 }],
  ['s', { factor: 1e9, secondFactor: 1 }],
  ['m', { factor: 60, secondFactor: 1e9 }],
  ['h', { factor: 3600, secondFactor: 1e9 }],
]);

/** Nanoseconds when not given. Throws ValidationException. */
export function precisionOf(query: URLSearchParams): Precision {
  const name = query.get('precision') ?? '';
  const precision = name === '' ? NANOSECONDS : PRECISIONS.get(name);
  if (precision !== undefined) return precision;
  const known = [...PRECISIONS.keys()].join(', ');
  throw validation(`The precision must be one of ${known}, not '${name.slice(0, 20)}'.`);
}
