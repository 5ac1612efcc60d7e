/**
 * Bounds the height of a finished tree. Chains such as `a + b + …` or UNIONs are read in a loop, so
 * the parser's own recursion does not bound them; the walks of later stages are recursive.
 *
 * Itself not recursive, and ignorant of what the nodes are.
 */
import { SQL_DEPTH_MAX } from '../../base/limits.ts';
import type { Expression, Position, Statement } from './ast.ts';
import { ParseError } from './parse-error.ts';

interface Pending {
  readonly value: object;
  readonly depth: number;
  /** Of the node, or of the nearest one around it that has a position. */
  readonly at: Position;
}

export function checkTreeDepth(root: Statement | Expression): void {
  const pending: Pending[] = [{ value: root, depth: 1, at: root.at }];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { value, depth } = next;
    const isList = Array.isArray(value);
    const at = !isList && 'at' in value ? (value.at as Position) : next.at;
    if (depth > SQL_DEPTH_MAX) {
      throw new ParseError(at, `nested deeper than ${SQL_DEPTH_MAX} levels`);
    }
    for (const child of Object.values(value)) {
      if (isBranch(child)) pending.push({ value: child, depth: isList ? depth : depth + 1, at });
    }
  }
}

/** A node or a list of nodes, as opposed to a position or a plain value. */
function isBranch(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  return 'kind' in value || Array.isArray(value);
}
