/**
 * Windows: OVER, frames, the WINDOW clause, and the ORDER BY that queries and aggregates share
 * (query-language 2.1, 2.3).
 */
import type {
  FrameBound,
  NamedWindow,
  SortItem,
  Window,
  WindowFrame,
  WindowReference,
} from './ast.ts';
import type { Cursor } from './cursor.ts';
import { opensClause, parseIdentifier } from './names.ts';

/** ORDER BY item, … or nothing. */
export function parseOrderBy(cursor: Cursor): readonly SortItem[] {
  if (!cursor.takeWord('ORDER')) return [];
  cursor.expectWord('BY');
  return cursor.list(parseSortItem);
}

function parseSortItem(cursor: Cursor): SortItem {
  const { at } = cursor;
  const key = cursor.expression();
  const descending = cursor.takeWord('DESC');
  if (!descending) cursor.takeWord('ASC');
  const direction = descending ? 'descending' : 'ascending';
  return { kind: 'sort-item', key, direction, nulls: parseNullOrder(cursor), at };
}

function parseNullOrder(cursor: Cursor): SortItem['nulls'] {
  if (!cursor.takeWord('NULLS')) return undefined;
  if (cursor.takeWord('FIRST')) return 'first';
  cursor.expectWord('LAST');
  return 'last';
}

/** OVER (…), OVER name or nothing. `over` may as well be the alias of the call before it. */
export function parseOver(cursor: Cursor): Window | WindowReference | undefined {
  if (!cursor.isWord('OVER')) return undefined;
  const named = cursor.isIdentifier(1) && !opensClause(cursor, 1);
  if (!named && !cursor.isSymbol('(', 1)) return undefined;
  const { at } = cursor.next();
  if (named) return { kind: 'window-reference', name: parseIdentifier(cursor), at };
  return parseWindow(cursor);
}

/** WINDOW name AS (…), … or nothing. */
export function parseNamedWindows(cursor: Cursor): readonly NamedWindow[] {
  return cursor.takeWord('WINDOW') ? cursor.list(parseNamedWindow) : [];
}

function parseNamedWindow(cursor: Cursor): NamedWindow {
  const { at } = cursor;
  const name = parseIdentifier(cursor);
  cursor.expectWord('AS');
  return { kind: 'named-window', name, window: parseWindow(cursor), at };
}

function parseWindow(cursor: Cursor): Window {
  const { at } = cursor.expectSymbol('(');
  const base = opensBase(cursor) ? parseIdentifier(cursor) : undefined;
  const partitioned = cursor.takeWord('PARTITION') && cursor.expectWord('BY');
  const partitionBy = partitioned ? cursor.list((item) => item.expression()) : [];
  const orderBy = parseOrderBy(cursor);
  const frame = cursor.isSymbol(')') ? undefined : parseFrame(cursor);
  cursor.expectSymbol(')');
  return { kind: 'window', base, partitionBy, orderBy, frame, at };
}

const AFTER_BASE: ReadonlySet<string> = new Set(['PARTITION', 'ORDER', 'ROWS', 'RANGE', 'GROUPS']);

/** A name and then the end or the next part; `partition`, `rows` … may be that name. */
function opensBase(cursor: Cursor): boolean {
  return cursor.isIdentifier() && (cursor.isSymbol(')', 1) || cursor.isAnyWord(AFTER_BASE, 1));
}

const UNITS = { ROWS: 'rows', RANGE: 'range', GROUPS: 'groups' } as const;

function parseFrame(cursor: Cursor): WindowFrame {
  const { word, at } = cursor.peek();
  const isUnit = word === 'ROWS' || word === 'RANGE' || word === 'GROUPS';
  if (!isUnit) throw cursor.error("a frame or ')'");
  cursor.next();
  const unit = UNITS[word];
  const bounded = cursor.takeWord('BETWEEN');
  const start = parseBound(cursor);
  if (bounded) cursor.expectWord('AND');
  const end = bounded ? parseBound(cursor) : undefined;
  return { kind: 'window-frame', unit, start, end, at };
}

function parseBound(cursor: Cursor): FrameBound {
  const { at } = cursor;
  if (cursor.isWord('CURRENT') && cursor.isWord('ROW', 1)) {
    cursor.next();
    cursor.next();
    return { kind: 'current-row', at };
  }
  const sideFollows = cursor.isWord('PRECEDING', 1) || cursor.isWord('FOLLOWING', 1);
  if (cursor.isWord('UNBOUNDED') && sideFollows) {
    cursor.next();
    return { kind: `unbounded-${parseSide(cursor)}`, at };
  }
  const offset = cursor.expression();
  return { kind: parseSide(cursor), offset, at };
}

function parseSide(cursor: Cursor): 'preceding' | 'following' {
  if (cursor.takeWord('PRECEDING')) return 'preceding';
  if (cursor.takeWord('FOLLOWING')) return 'following';
  throw cursor.error('PRECEDING or FOLLOWING');
}
