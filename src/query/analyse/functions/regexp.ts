/** Regular expressions in Java's syntax (query-language 6.6); kernels/java-regexp.ts. */
import { kernel, scalar, sql } from './define.ts';
import type { FunctionOverload } from './overload.ts';
import { applyLambda, boundBoth, freshName } from './sql-text.ts';

const GROUP_ERRORS = ['Pattern has N groups. Cannot access group M', 'Group cannot be negative'];

const ofWholeMatch = (name: string) =>
  sql(([text, pattern]) => `${name}(${text}, ${pattern}, CAST(0 AS BIGINT))`);

/**
 * The parts between the matches, and for each match the lambda over its groups, woven together.
 * There is one part more than there are matches.
 */
const replaceWithLambda = sql(([text = '', pattern = '', lambda = '']) =>
  boundBoth(text, pattern, (s, p) => {
    const groups = `k_regexp_groups(${s}, ${p})`;
    const found = freshName('groups', lambda);
    const made = applyLambda(lambda, [found]);
    const replaced = `list_transform(${groups}, lambda ${found}: coalesce(${made}, ''))`;
    const zipped = `list_zip(k_regexp_split(${s}, ${p}), ${replaced})`;
    const woven = `list_transform(${zipped}, lambda pair_1: pair_1[1] || coalesce(pair_1[2], ''))`;
    return `CASE WHEN ${s} IS NULL OR ${p} IS NULL THEN NULL ELSE array_to_string(${woven}, '') END`;
  }),
);

export const regexpFunctions: readonly FunctionOverload[] = [
  scalar({
    names: ['regexp_like'],
    signatures: ['(varchar, varchar) -> boolean'],
    doc: 'Whether the pattern occurs in the text.',
    example: "regexp_like('example', 'ex') → true",
    lower: kernel('k_regexp_like'),
  }),
  scalar({
    names: ['regexp_extract'],
    signatures: ['(varchar, varchar) -> varchar'],
    doc: 'The first match, NULL if there is none.',
    example: "regexp_extract('example expect', 'ex\\w') → exa",
    lower: ofWholeMatch('k_regexp_extract'),
  }),
  scalar({
    names: ['regexp_extract'],
    signatures: ['(varchar, varchar, bigint) -> varchar'],
    doc: 'A group of the first match.',
    errors: GROUP_ERRORS,
    lower: kernel('k_regexp_extract'),
  }),
  scalar({
    names: ['regexp_extract_all'],
    signatures: ['(varchar, varchar) -> array(varchar)'],
    doc: 'All matches.',
    lower: ofWholeMatch('k_regexp_extract_all'),
  }),
  scalar({
    names: ['regexp_extract_all'],
    signatures: ['(varchar, varchar, bigint) -> array(varchar)'],
    doc: 'A group of every match.',
    errors: GROUP_ERRORS,
    lower: kernel('k_regexp_extract_all'),
  }),
  scalar({
    names: ['regexp_replace'],
    signatures: ['(varchar, varchar) -> varchar'],
    doc: 'Without all matches.',
    lower: sql(([text, pattern]) => `k_regexp_replace(${text}, ${pattern}, '')`),
  }),
  scalar({
    names: ['regexp_replace'],
    signatures: ['(varchar, varchar, varchar) -> varchar'],
    doc: 'With all matches replaced; $1 stands for a group, $ and a name in braces too.',
    errors: ['Illegal replacement sequence: …'],
    lower: kernel('k_regexp_replace'),
  }),
  scalar({
    names: ['regexp_replace'],
    signatures: ['(varchar, varchar, (array(varchar)) -> varchar) -> varchar'],
    doc: 'With all matches replaced by what the lambda makes of their groups.',
    example: "regexp_replace('example', '(\\w)', x -> upper(x[1])) → EXAMPLE",
    lower: replaceWithLambda,
  }),
  scalar({
    names: ['regexp_split'],
    signatures: ['(varchar, varchar) -> array(varchar)'],
    doc: 'The parts between matches.',
    example: "regexp_split('example', 'x') → [e, ample]",
    lower: kernel('k_regexp_split'),
  }),
].flat();
