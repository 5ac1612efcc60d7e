/**
 * Functions of the ancestor that are known by name only, so that a query gets told that they are
 * missing rather than unknown (query-language 6.14). Sketches have no type here, and stemming needs
 * the rules of every language.
 */
import { aggregate, NOT_YET, scalar } from './define.ts';
import type { FunctionOverload } from './overload.ts';

const MISSING = {
  signatures: ['<T>(T, T...) -> unknown'],
  doc: 'Not available.',
  lower: NOT_YET,
};

export const missingFunctions: readonly FunctionOverload[] = [
  ...['word_stem'].flatMap((name) => scalar({ ...MISSING, names: [name] })),
  ...['approx_set', 'merge', 'qdigest_agg'].flatMap((name) =>
    aggregate({ ...MISSING, names: [name] }),
  ),
];
