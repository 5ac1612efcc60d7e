/**
 * OVER and the WINDOW clause.
 */
import type * as ast from '../parse/ast.ts';
import { coerce } from './build.ts';
import { fault } from './fault.ts';
import { sortKeys } from './sort-keys.ts';
import { frameOffsets } from './tree.ts';
import type { Expression, Frame, FrameBound, SortKey } from './typed.ts';
import { BIGINT, DOUBLE, displayType, hasTrait, type SqlType, TIMESTAMP } from './types.ts';

export interface Window {
  readonly partitionBy: readonly Expression[];
  readonly orderBy: readonly SortKey[];
  readonly frame?: Frame;
}

type Analyse = (node: ast.Expression) => Expression;

export function windowSpecification(
  written: ast.Window | ast.WindowReference | undefined,
  named: ReadonlyMap<string, ast.Window> | undefined,
  analyse: Analyse,
): Window {
  if (written === undefined) return { partitionBy: [], orderBy: [] };
  if (written.kind === 'window-reference') return baseWindow(written.name, named, analyse);
  const base = written.base && baseWindow(written.base, named, analyse);
  const partitionBy = written.partitionBy.map((node) => partitionKey(node, analyse));
  const sorted = sortKeys(written.orderBy, analyse);
  const measured = written.frame && frameOf(written.frame, sorted, written.at, analyse);
  const { orderBy, frame } = measuredAlike(sorted, measured);
  return {
    partitionBy: partitionBy.length > 0 ? partitionBy : (base?.partitionBy ?? []),
    orderBy: orderBy.length > 0 ? orderBy : (base?.orderBy ?? []),
    ...((frame ?? base?.frame) && { frame: frame ?? (base?.frame as Frame) }),
  };
}

function baseWindow(
  { name, at }: ast.Identifier,
  named: ReadonlyMap<string, ast.Window> | undefined,
  analyse: Analyse,
): Window {
  const written = named?.get(name.toLowerCase());
  if (written === undefined) throw fault(at, `Cannot resolve WINDOW name ${name}`);
  // A window may refine those before it only, so the names end.
  const before = new Map(named);
  before.delete(name.toLowerCase());
  return windowSpecification(written, before, analyse);
}

function partitionKey(node: ast.Expression, analyse: Analyse): Expression {
  const expression = analyse(node);
  if (hasTrait(expression.type, 'comparable')) return expression;
  const type = displayType(expression.type);
  const reason = 'and therefore cannot be used in window function PARTITION BY';
  throw fault(node.at, `${type} is not comparable, ${reason}`);
}

function frameOf(
  { unit, start, end }: ast.WindowFrame,
  orderBy: readonly SortKey[],
  at: ast.Position,
  analyse: Analyse,
): Frame {
  const last: ast.FrameBound = end ?? { kind: 'current-row', at };
  if (start.kind === 'unbounded-following') {
    throw fault(at, 'Window frame start cannot be UNBOUNDED FOLLOWING');
  }
  if (last.kind === 'unbounded-preceding') {
    throw fault(at, 'Window frame end cannot be UNBOUNDED PRECEDING');
  }
  if (start.kind === 'current-row' && last.kind === 'preceding') {
    throw fault(at, 'Window frame starting from CURRENT ROW cannot end with PRECEDING');
  }
  if (
    start.kind === 'following' &&
    last.kind !== 'following' &&
    last.kind !== 'unbounded-following'
  ) {
    throw fault(at, 'Window frame starting from FOLLOWING cannot end with PRECEDING');
  }
  const bound = (edge: ast.FrameBound): FrameBound => {
    if (!('offset' in edge)) return { kind: edge.kind };
    return { kind: edge.kind, offset: frameOffset(edge.offset, unit, orderBy, analyse) };
  };
  return { unit, start: bound(start), end: bound(last) };
}

/** A distance of type double is measured along doubles, one of time along timestamps. */
function measuredAlike(
  orderBy: readonly SortKey[],
  frame: Frame | undefined,
): { readonly orderBy: readonly SortKey[]; readonly frame: Frame | undefined } {
  const offsets = frameOffsets(frame);
  if (frame?.unit !== 'range' || offsets.length === 0) return { orderBy, frame };
  if (orderBy[0]?.expression.type.kind === 'date') {
    return { orderBy: orderBy.map((key) => along(key, TIMESTAMP)), frame };
  }
  if (!offsets.some((offset) => offset.type.kind === 'double')) {
    return { orderBy: orderBy.map((key) => along(key, wideType(key.expression.type))), frame };
  }
  const bound = (edge: FrameBound): FrameBound =>
    'offset' in edge ? { ...edge, offset: coerce(edge.offset, DOUBLE) } : edge;
  return {
    orderBy: orderBy.map((key) => along(key, DOUBLE)),
    frame: { ...frame, start: bound(frame.start), end: bound(frame.end) },
  };
}

/** Integers are measured as bigints: their sum with the distance may be none. */
function wideType(type: SqlType): SqlType {
  return type.kind === 'integer' ? BIGINT : type;
}

function along(key: SortKey, type: SqlType): SortKey {
  return { ...key, expression: coerce(key.expression, type) };
}

/** ROWS and GROUPS count; RANGE measures along the one sort key. */
function frameOffset(
  node: ast.Expression,
  unit: Frame['unit'],
  orderBy: readonly SortKey[],
  analyse: Analyse,
): Expression {
  const offset = analyse(node);
  const [key, second] = orderBy;
  const type = offset.type.kind;
  if (unit === 'groups' && key === undefined) {
    throw fault(node.at, 'Window frame of type GROUPS PRECEDING or FOLLOWING requires ORDER BY');
  }
  if (unit !== 'range') {
    if (type === 'integer' || type === 'bigint') return coerce(offset, BIGINT);
    throw fault(
      node.at,
      `Window frame offset must be of type bigint (actual: ${displayType(offset.type)})`,
    );
  }
  if (key === undefined || second !== undefined) {
    throw fault(
      node.at,
      'Window frame of type RANGE PRECEDING or FOLLOWING requires single sort item in ORDER BY',
    );
  }
  const sorted = key.expression.type;
  if (['date', 'timestamp', 'interval-day-second'].includes(sorted.kind)) {
    if (type === 'interval-day-second') return offset;
  } else if (sorted.kind === 'interval-year-month') {
    if (type === 'interval-year-month') return offset;
  } else if (['integer', 'bigint', 'double'].includes(sorted.kind)) {
    if (type === 'double') return offset;
    if (type === 'integer' || type === 'bigint') return coerce(offset, wideType(sorted));
  }
  const types = `${displayType(offset.type)} and ${displayType(sorted)}`;
  throw fault(node.at, `Window frame offset does not fit the sort item: ${types}`);
}
