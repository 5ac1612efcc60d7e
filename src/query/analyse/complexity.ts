/**
 * How complex a typed tree may get (base/limits.ts): how deep types nest, how many columns a SELECT
 * has, and how often operands are repeated.
 *
 * An operand that the analysis puts into the tree twice, such as the value of NULLIF, is shared
 * there; whoever walks the tree meets it twice, and 2ⁿ times when n of them are nested. So what is
 * repeated is counted as it will be walked, where it is repeated.
 */
import { SELECT_COLUMNS_MAX, TREE_NODES_MAX, TYPE_DEPTH_MAX } from '../../base/limits.ts';
import { fault, type Location } from './fault.ts';
import { operandsOf } from './tree.ts';
import type { Expression } from './typed.ts';
import { innerTypes, type SqlType } from './types.ts';

const typeDepths = new WeakMap<SqlType, number>();

function typeDepth(type: SqlType): number {
  const inner = innerTypes(type);
  if (inner.length === 0) return 1;
  const known = typeDepths.get(type);
  if (known !== undefined) return known;
  let depth = 1;
  for (const each of inner) depth = Math.max(depth, 1 + typeDepth(each));
  typeDepths.set(type, depth);
  return depth;
}

/** Throws ValidationException for a type that nests too deep. */
export function checkTypeDepth(type: SqlType, at: Location): void {
  if (typeDepth(type) <= TYPE_DEPTH_MAX) return;
  throw fault(at, `Types cannot be nested deeper than ${TYPE_DEPTH_MAX} levels`);
}

/** Throws ValidationException for a list of columns that is too long. */
export function checkColumns(count: number, at: Location): void {
  if (count <= SELECT_COLUMNS_MAX) return;
  throw fault(at, `A SELECT cannot have more than ${SELECT_COLUMNS_MAX} columns`);
}

const nodeCounts = new WeakMap<Expression, number>();

/** Nodes that a walk over the expression meets, without its sub-queries. */
function nodesIn(expression: Expression): number {
  const known = nodeCounts.get(expression);
  if (known !== undefined) return known;
  let count = 1;
  for (const operand of operandsOf(expression)) count += nodesIn(operand);
  nodeCounts.set(expression, count);
  return count;
}

/** Counts the operands that one statement repeats. */
export class Repetitions {
  #nodes = 0;

  /** `times` more than once. Throws ValidationException when that is too much in all. */
  add(expression: Expression, times: number, at: Location): void {
    this.#nodes += nodesIn(expression) * times;
    if (this.#nodes <= TREE_NODES_MAX) return;
    throw fault(
      at,
      'The query repeats its expressions too often; compute them once in a sub-query instead',
    );
  }
}
