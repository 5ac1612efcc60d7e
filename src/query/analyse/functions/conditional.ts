/**
 * Conditional forms (query-language 5). `if`, `coalesce`, `nullif`, `try` are lazy or unlike a
 * function in their types: the analyser and the lowering know them by name. They stand here so that
 * they are documented and that their names are taken.
 */
import { physicalType } from '../types.ts';
import { SPECIAL, scalar, sql } from './define.ts';
import type { FunctionOverload, SqlTextOf } from './overload.ts';
import { bound, raise } from './sql-text.ts';

/**
 * The list of all arguments is bound once; a NULL among them gives NULL, a NaN an error. DuckDB
 * orders NaN last, so it is the list's maximum if it is there at all.
 */
function extreme(name: 'greatest' | 'least', pick: 'list_max' | 'list_min'): SqlTextOf {
  return (args, types) => {
    const physical = physicalType(types.result);
    return bound(`[${args.join(', ')}]`, (list) => {
      const failure = raise(`Invalid argument to ${name}(): NaN`, physical);
      const tested = types.result.kind === 'double';
      const nan = tested ? `WHEN isnan(list_max(${list})) THEN ${failure} ` : '';
      const missing = `list_count(${list}) < len(${list})`;
      return `CASE WHEN ${missing} THEN NULL ${nan}ELSE ${pick}(${list}) END`;
    });
  };
}

export const conditionalFunctions: readonly FunctionOverload[] = [
  ...scalar({
    names: ['if'],
    signatures: ['<T>(boolean, T) -> T', '<T>(boolean, T, T) -> T'],
    doc: 'The second argument if the condition is true, else the third, or NULL. Lazy.',
    nulls: 'called',
    lower: SPECIAL,
  }),
  ...scalar({
    names: ['coalesce'],
    signatures: ['<T>(T, T...) -> T'],
    doc: 'The first argument that is not NULL. Lazy.',
    nulls: 'called',
    lower: SPECIAL,
  }),
  ...scalar({
    names: ['nullif'],
    signatures: ['<T comparable>(T, T) -> T'],
    doc: 'NULL if both are equal, else the first.',
    nulls: 'called',
    lower: SPECIAL,
  }),
  ...scalar({
    names: ['try'],
    signatures: ['<T>(T) -> T'],
    doc: 'The value, or NULL where computing it fails.',
    nulls: 'called',
    lower: SPECIAL,
  }),
  ...scalar({
    names: ['greatest'],
    signatures: ['<T orderable>(T, T...) -> T'],
    doc: 'The largest argument; NULL if any is NULL.',
    errors: ['Invalid argument to greatest(): NaN'],
    lower: sql(extreme('greatest', 'list_max')),
  }),
  ...scalar({
    names: ['least'],
    signatures: ['<T orderable>(T, T...) -> T'],
    doc: 'The smallest argument; NULL if any is NULL.',
    errors: ['Invalid argument to least(): NaN'],
    lower: sql(extreme('least', 'list_min')),
  }),
];
