/**
 * The aggregate, grouping and window calls met while the expressions of one SELECT are analysed.
 *
 * A call becomes a column at once: the expression around it refers to that column, and the call
 * goes on the list that becomes the aggregate or window stage. Equal calls share a column.
 */
import { sortKeyKey, structuralKey } from './tree.ts';
import type {
  AggregateCall,
  Column,
  ColumnId,
  Expression,
  Frame,
  FrameBound,
  SortKey,
  WindowCall,
} from './typed.ts';

/** grouping(…) before the grouping columns are known. */
export interface PendingGrouping {
  readonly column: Column;
  readonly operands: readonly Expression[];
}

type Unplaced<Call> = Omit<Call, 'column'>;

export class CallCollector {
  readonly aggregates: AggregateCall[] = [];
  readonly groupings: PendingGrouping[] = [];
  readonly windows: WindowCall[] = [];
  readonly #columns = new Map<string, Column>();

  aggregate(call: Unplaced<AggregateCall>, newColumn: () => Column): Column {
    return this.#place(aggregateKey(call), newColumn, (column) => {
      this.aggregates.push({ ...call, column });
    });
  }

  grouping(operands: readonly Expression[], newColumn: () => Column): Column {
    return this.#place(`grouping ${keysOf(operands)}`, newColumn, (column) => {
      this.groupings.push({ operands, column });
    });
  }

  window(call: Unplaced<WindowCall>, newColumn: () => Column): Column {
    return this.#place(windowKey(call), newColumn, (column) => {
      this.windows.push({ ...call, column });
    });
  }

  /** Columns that exist only once rows are grouped. */
  groupedColumns(): ReadonlySet<ColumnId> {
    return new Set([...this.aggregates, ...this.groupings].map((call) => call.column.id));
  }

  windowColumns(): ReadonlySet<ColumnId> {
    return new Set(this.windows.map((call) => call.column.id));
  }

  #place(key: string, newColumn: () => Column, add: (column: Column) => void): Column {
    const before = this.#columns.get(key);
    if (before) return before;
    const column = newColumn();
    this.#columns.set(key, column);
    add(column);
    return column;
  }
}

function keysOf(expressions: readonly Expression[]): string {
  return expressions.map(structuralKey).join(';');
}

function callKey(call: {
  readonly overload: AggregateCall['overload'];
  readonly arguments: readonly Expression[];
  readonly distinct: boolean;
  readonly filter?: Expression;
  readonly orderBy: readonly SortKey[];
}): string {
  const { overload, distinct, filter, orderBy } = call;
  const name = `${overload.name}${overload.signature}`;
  const order = orderBy.map(sortKeyKey).join(';');
  const condition = filter === undefined ? '' : structuralKey(filter);
  return `${name}|${distinct}|${keysOf(call.arguments)}|${order}|${condition}`;
}

function aggregateKey(call: Unplaced<AggregateCall>): string {
  return `aggregate ${callKey(call)}`;
}

function windowKey(call: Unplaced<WindowCall>): string {
  const partition = keysOf(call.partitionBy);
  return `window ${callKey(call)}|${call.ignoreNulls}|${partition}|${frameKey(call.frame)}`;
}

function frameKey(frame: Frame | undefined): string {
  if (frame === undefined) return '';
  return `${frame.unit} ${boundKey(frame.start)} ${boundKey(frame.end)}`;
}

function boundKey(bound: FrameBound): string {
  return 'offset' in bound ? `${bound.kind} ${structuralKey(bound.offset)}` : bound.kind;
}
