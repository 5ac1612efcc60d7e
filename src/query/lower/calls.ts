/**
 * Aggregate and window calls.
 *
 * An aggregate of the registry says which DuckDB aggregate it is and what it needs around it; the
 * clauses of the call itself (DISTINCT, ORDER BY, FILTER, OVER) are added here. IGNORE NULLS stands
 * inside the parentheses in DuckDB.
 */
import { assert, known } from '../../base/assert.ts';
import type { AggregatePart } from '../analyse/functions/overload.ts';
import { bound, raise } from '../analyse/functions/sql-text.ts';
import type {
  AggregateCall,
  Expression,
  Frame,
  FrameBound,
  SortKey,
  WindowCall,
} from '../analyse/typed.ts';
import { physicalType } from '../analyse/types.ts';
import { type ExpressionContext, expressionText } from './expression.ts';

export function sortKeyText(key: SortKey, context: ExpressionContext): string {
  return `${expressionText(key.expression, context)}${directionText(key)}`;
}

export function directionText(key: SortKey): string {
  return `${key.descending ? ' DESC' : ' ASC'} NULLS ${key.nullsFirst ? 'FIRST' : 'LAST'}`;
}

export function aggregateText(call: AggregateCall, context: ExpressionContext): string {
  return assembled(call, context, '');
}

export function windowText(call: WindowCall, context: ExpressionContext): string {
  const over = ` OVER (${overText(call, context)})`;
  if (call.overload.kind === 'window') return `${windowCallText(call, context)}${over}`;
  return assembled({ ...call, orderBy: [] }, context, over);
}

/** What both kinds of aggregate calls share. */
type Call = Omit<AggregateCall, 'filter'> & { readonly filter?: Expression };

function assembled(call: Call, context: ExpressionContext, over: string): string {
  const { lower } = call.overload;
  assert(lower.kind === 'aggregate-sql', `${call.overload.name} is an aggregate`);
  const args = call.arguments.map((argument) => expressionText(argument, context));
  const types = {
    arguments: call.arguments.map((argument) => argument.type),
    result: call.column.type,
  };
  const { parts, finish } = lower.call(args, types, context.lowering);
  const texts = parts.map((part) => `${partText(part, call, context)}${over}`);
  return finish ? finish(texts) : (texts[0] ?? '');
}

function partText(part: AggregatePart, call: Call, context: ExpressionContext): string {
  const orders = call.orderBy.map((key) => sortKeyText(key, context));
  // What is folded into one is ordered by all of it, of which the order's own key comes first.
  if (part.orderBy !== undefined)
    orders.push(call.distinct ? known(part.args[0], 'what is gathered') : part.orderBy);
  const filters = part.filter === undefined ? [] : [part.filter];
  if (call.filter !== undefined) filters.push(expressionText(call.filter, context));
  const distinct = call.distinct || part.distinct ? 'DISTINCT ' : '';
  const order = orders.length === 0 ? '' : ` ORDER BY ${orders.join(', ')}`;
  const filter = filters.length === 0 ? '' : ` FILTER (WHERE ${filters.join(' AND ')})`;
  return `${part.name}(${distinct}${part.args.join(', ')}${order})${filter}`;
}

function windowCallText(call: WindowCall, context: ExpressionContext): string {
  const { lower } = call.overload;
  assert(lower.kind === 'window-sql', `${call.overload.name} is a window function`);
  const text = lower.text(
    call.arguments.map((argument) => expressionText(argument, context)),
    {
      arguments: call.arguments.map((argument) => argument.type),
      result: call.column.type,
    },
    context.lowering,
  );
  if (!call.ignoreNulls) return text;
  assert(text.endsWith(')'), 'a window call ends with its arguments');
  return `${text.slice(0, -1)} IGNORE NULLS)`;
}

function overText(call: WindowCall, context: ExpressionContext): string {
  const partitions = call.partitionBy.map((key) => expressionText(key, context));
  const orders = call.orderBy.map((key) => sortKeyText(key, context));
  return [
    partitions.length === 0 ? '' : `PARTITION BY ${partitions.join(', ')}`,
    orders.length === 0 ? '' : `ORDER BY ${orders.join(', ')}`,
    call.frame === undefined ? '' : frameText(call.frame, context),
  ]
    .filter((text) => text !== '')
    .join(' ');
}

function frameText({ unit, start, end }: Frame, context: ExpressionContext): string {
  const text = (bound: FrameBound, edge: string): string =>
    'offset' in bound
      ? `${offsetText(bound.offset, unit, edge, context)} ${bound.kind.toUpperCase()}`
      : bound.kind.toUpperCase().replace('-', ' ');
  return `${unit.toUpperCase()} BETWEEN ${text(start, 'starting')} AND ${text(end, 'ending')}`;
}

function offsetText(
  offset: Expression,
  unit: Frame['unit'],
  edge: string,
  context: ExpressionContext,
): string {
  const text = expressionText(offset, context);
  if (offset.kind === 'literal' && offset.value !== null && Number(offset.value) >= 0) return text;
  const failing = (reason: string) => raise(reason, physicalType(offset.type));
  const isRange = unit === 'range';
  const name = isRange ? 'Window frame offset value' : `Window frame ${edge} offset`;
  const either = failing(`${name} must not be negative or null`);
  const missing = isRange ? either : failing(`${name} must not be null`);
  const negative = isRange ? either : failing(`${name} must not be negative`);
  return bound(
    text,
    (x) => `(CASE WHEN ${x} IS NULL THEN ${missing} WHEN ${x} < 0 THEN ${negative} ELSE ${x} END)`,
  );
}
