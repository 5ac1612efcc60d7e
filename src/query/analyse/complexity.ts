/**
 * How complex a typed tree may get (base/limits.ts): how deep types nest and how wide they are, how
 * many columns a SELECT has, and how often operands are repeated.
 *
 * An operand that the analysis puts into the tree twice, such as the value of NULLIF, is shared
 * there; whoever walks the tree meets it twice, and 2ⁿ times when n of them are nested. So what is
 * repeated is counted as it will be walked, where it is repeated.
 */
import {
  ROW_FIELDS_MAX,
  SELECT_COLUMNS_MAX,
  TREE_NODES_MAX,
  TYPE_DEPTH_MAX,
} from '../../base/limits.ts';
import { fault, type Location } from './fault.ts';
import { operandsOf } from './tree.ts';
import type { Expression } from './typed.ts';
import { innerTypes, type SqlType } from './types.ts';

interface TypeSize {
  readonly depth: number;
  /** Fields of all rows in it. */
  readonly fields: number;
}

const SCALAR: TypeSize = { depth: 1, fields: 0 };
const typeSizes = new WeakMap<SqlType, TypeSize>();

function sizeOf(type: SqlType): TypeSize {
  const inner = innerTypes(type);
  if (inner.length === 0) return SCALAR;
  const known = typeSizes.get(type);
  if (known !== undefined) return known;
  let depth = 1;
  let fields = type.kind === 'row' ? inner.length : 0;
  for (const each of inner) {
    const size = sizeOf(each);
    depth = Math.max(depth, 1 + size.depth);
    fields += size.fields;
  }
  typeSizes.set(type, { depth, fields });
  return { depth, fields };
}

/** Throws ValidationException for a type that nests too deep or is too wide. */
export function checkType(type: SqlType, at: Location): void {
  const { depth, fields } = sizeOf(type);
  if (depth > TYPE_DEPTH_MAX) {
    throw fault(at, `Types cannot be nested deeper than ${TYPE_DEPTH_MAX} levels`);
  }
  if (fields > ROW_FIELDS_MAX) {
    throw fault(at, `A row cannot have more than ${ROW_FIELDS_MAX} fields`);
  }
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
