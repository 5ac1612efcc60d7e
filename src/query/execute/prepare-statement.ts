/**
 * From text to something that can run:
 *
 *   parse → analyse → plan → lower ──► snapshots of the tiles each scan may need ──► Statement
 *
 * All on the main thread and without waiting, so a statement sees one catalog, and rows as they are
 * at one moment. Snapshots pin memory: they are taken last, and released when the run has ended.
 */
import { assertNever, known } from '../../base/assert.ts';
import { validation } from '../../base/errors.ts';
import type { Catalog, CatalogState } from '../../catalog/api.ts';
import { nowNanos } from '../../host/clock.ts';
import { type AnalysedQuery, type AnalysedStatement, analyse } from '../analyse/api.ts';
import { type LoweredQuery, lowerQuery } from '../lower/api.ts';
import { parseStatement } from '../parse/api.ts';
import { type PlanOptions, planQuery, type QueryPlan } from '../plan/api.ts';
import { CatalogLookup } from './catalog-lookup.ts';
import {
  describeTable,
  showDatabases,
  showFunctions,
  showMeasures,
  showTables,
} from './catalog-rows.ts';
import { type ResultColumn, type WireType, wireType } from './column-info.ts';
import { explainLines, explainResult } from './explain.ts';
import type { FixedResult } from './fixed-pages.ts';
import type { Statement } from './room-protocol.ts';
import { type ScanParts, StatementScans } from './statement-scans.ts';
import type { StepTimes } from './step-times.ts';

export interface StatementParts extends ScanParts {
  readonly catalog: Catalog;
  /** False computes everything in SQL, for comparison. */
  readonly kernels?: boolean;
}

export type PreparedStatement =
  /** The rows are known. */
  | { readonly kind: 'fixed'; readonly result: FixedResult }
  | RoomStatement
  /** EXPLAIN ANALYZE: to be run for the report, not for the rows. */
  | {
      readonly kind: 'analyze';
      readonly room: RoomStatement;
      readonly lines: () => readonly string[];
      readonly times: StepTimes;
    };

export interface RoomStatement {
  readonly kind: 'room';
  readonly columns: readonly ResultColumn[];
  readonly statement: Statement;
  readonly bytesScanned: number;
  /** To be called once, when nothing reads the snapshots any more. */
  readonly release: () => void;
}

/** Throws ValidationException for what is wrong with the statement. */
export function prepareStatement(sql: string, parts: StatementParts): PreparedStatement {
  const startMs = parts.clock.elapsedMs();
  const { state } = parts.catalog;
  const lookup = new CatalogLookup(state);
  const context = { nowNanos: nowNanos(parts.clock) };
  const tree = parseStatement(sql);
  const parsedMs = parts.clock.elapsedMs();
  const statement = analyse(tree, lookup, context);
  const times = {
    parse: parsedMs - startMs,
    analyse: parts.clock.elapsedMs() - parsedMs,
    plan: 0,
    snapshot: 0,
  };
  if (statement.kind === 'query') {
    return prepareQuery(statement, { parts, lookup, context, times }).room;
  }
  if (statement.kind === 'explain' && statement.statement.kind === 'query') {
    const prepared = prepareQuery(statement.statement, { parts, lookup, context, times });
    if (statement.analyze) return { kind: 'analyze', ...prepared };
    prepared.room.release();
    return { kind: 'fixed', result: explainResult(prepared.lines()) };
  }
  return { kind: 'fixed', result: fixedResult(statement, state, lookup) };
}

interface Preparation {
  readonly parts: StatementParts;
  readonly lookup: CatalogLookup;
  readonly context: { readonly nowNanos: bigint };
  readonly times: StepTimes;
}

interface ExplainedStatement {
  readonly room: RoomStatement;
  readonly times: StepTimes;
  /** Made only where they are asked for. */
  readonly lines: () => readonly string[];
}

function prepareQuery(query: AnalysedQuery, preparation: Preparation): ExplainedStatement {
  const [parameter] = query.parameters;
  if (parameter) throw validation(`The query has no value for its parameter @${parameter.name}`);
  const { kernels = true } = preparation.parts;
  return (
    planAndSnapshot(query, preparation, { kernels }) ??
    known(planAndSnapshot(query, preparation, { kernels: false }), 'a plan without kernels')
  );
}

/** Undefined when a planned kernel cannot do it: not all rows are hot, or too much memory. */
function planAndSnapshot(
  query: AnalysedQuery,
  preparation: Preparation,
  options: PlanOptions,
): ExplainedStatement | undefined {
  const { parts, lookup, context } = preparation;
  const startMs = parts.clock.elapsedMs();
  const plan = planQuery(query, context, options);
  const isDirect = plan.direct !== undefined || plan.directRows !== undefined;
  const lowered = isDirect ? withoutSql(plan) : lowerQuery(plan, context);
  const plannedMs = parts.clock.elapsedMs();
  const scans = new StatementScans(parts, lookup, lowered);
  try {
    const statement = statementOf(plan, lowered, scans);
    if (statement === undefined) {
      scans.release();
      return undefined;
    }
    const room: RoomStatement = {
      kind: 'room',
      columns: query.columns.map(({ name, type }) => ({ name, type })),
      statement,
      bytesScanned: scans.bytes,
      release: () => scans.release(),
    };
    const times = {
      ...preparation.times,
      plan: plannedMs - startMs,
      snapshot: parts.clock.elapsedMs() - plannedMs,
    };
    return { room, times, lines: () => explainLines(plan, scans.reports) };
  } catch (error) {
    scans.release();
    throw error;
  }
}

/** Undefined when what was planned without SQL needs it after all. */
function statementOf(
  plan: QueryPlan,
  lowered: LoweredQuery,
  scans: StatementScans,
): Statement | undefined {
  const { direct, directRows } = plan;
  if (directRows !== undefined) {
    const rows = scans.rows(known(plan.scans[0], 'the scan'), directRows);
    return rows && { sql: '', types: lowered.types, scans: [], rows };
  }
  if (!lowered.scans.every((scan) => scans.add(scan))) return undefined;
  return { ...scans.statement(lowered), ...(direct && { direct }) };
}

function withoutSql({ scans, outputs }: QueryPlan): LoweredQuery {
  return { sql: '', scans, types: outputs.map(({ type }) => type), kernels: [] };
}

function fixedResult(
  statement: Exclude<AnalysedStatement, AnalysedQuery>,
  state: CatalogState,
  lookup: CatalogLookup,
): FixedResult {
  switch (statement.kind) {
    case 'show-databases':
      return showDatabases(state, statement.like);
    case 'show-tables':
      return showTables(state, statement.database, statement.like);
    case 'show-measures':
      return showMeasures(known(lookup.entry(statement.table.ref), 'a table'), statement.like);
    case 'describe':
      return describeTable(known(lookup.entry(statement.table.ref), 'a table'));
    case 'show-functions':
      return showFunctions(statement.like);
    case 'explain':
      throw validation(`not supported yet: EXPLAIN of ${statement.statement.kind}`);
    case 'unload':
      throw validation('not supported yet: UNLOAD');
    default:
      return assertNever(statement, 'statement');
  }
}

export interface PreparedColumn {
  readonly name: string;
  readonly type: WireType;
  /** The table that the column is taken from as it is. */
  readonly origin: { readonly database: string; readonly table: string } | undefined;
  readonly aliased: boolean;
}

export interface PreparedQuery {
  readonly columns: readonly PreparedColumn[];
  readonly parameters: readonly { readonly name: string; readonly type: WireType }[];
}

/** What PrepareQuery says of a statement (query-api 6). */
export function validateStatement(
  sql: string,
  parts: Pick<StatementParts, 'catalog' | 'clock'>,
): PreparedQuery {
  const { state } = parts.catalog;
  const lookup = new CatalogLookup(state);
  const statement = analyse(parseStatement(sql), lookup, { nowNanos: nowNanos(parts.clock) });
  if (statement.kind !== 'query') {
    const { columns } = fixedResult(statement, state, lookup);
    const described = columns.map(({ name, type }) => ({
      name,
      type: wireType(type),
      origin: undefined,
      aliased: false,
    }));
    return { columns: described, parameters: [] };
  }
  return {
    columns: statement.columns.map(({ name, type, origin, aliased }) => ({
      name,
      type: wireType(type),
      origin: origin?.table,
      aliased,
    })),
    parameters: statement.parameters.map(({ name, type }) => ({ name, type: wireType(type) })),
  };
}
