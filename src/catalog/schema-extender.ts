/**
 * Extends schemas in the log, many requests per record.
 *
 *     extend(a) ─┐                     ┌─ turn: decide a, b, c in order on the newest schema,
 *     extend(b) ─┼─► waiting, by table ┤        one record with all that was accepted
 *     extend(c) ─┘                     └─ every caller gets its own outcome
 *
 * A table has one turn at a time; what arrives meanwhile goes into the next. So a thousand writers
 * that start at once and bring new names pay for a few durable appends, not for a thousand. What
 * the schema has already never waits.
 *
 * Additions too large for a metadata record are cut into pieces; a fault in a later piece then
 * leaves the earlier ones in place, which harms nobody: names without rows.
 */
import type { TableId } from '../base/brand.ts';
import { SCHEMA_PIECE_CHARS_MAX } from '../base/limits.ts';
import type { CatalogState } from './catalog-state.ts';
import type { Decision } from './decide-database.ts';
import { checkAdditions, type ExtendOutcome, missingFrom } from './schema-additions.ts';
import type { SchemaAdditions } from './table-schema.ts';

export interface ExtenderPort {
  state(): CatalogState;
  change(decide: (state: CatalogState) => Decision): Promise<CatalogState>;
}

interface Waiting {
  readonly additions: SchemaAdditions;
  readonly resolve: (outcome: ExtendOutcome) => void;
  readonly reject: (error: unknown) => void;
}

interface Turn {
  readonly decision: Decision;
  /** For as many of the waiting as the record had room for. */
  readonly outcomes: readonly ExtendOutcome[];
}

export class SchemaExtender {
  readonly #port: ExtenderPort;
  /** A table is a key exactly while its turns run. */
  readonly #waiting = new Map<TableId, Waiting[]>();

  constructor(port: ExtenderPort) {
    this.#port = port;
  }

  async extend(table: TableId, additions: SchemaAdditions): Promise<ExtendOutcome> {
    const known = outcomeWithoutChange(this.#port.state(), table, additions);
    if (known !== undefined) return known;
    let outcome: ExtendOutcome = { kind: 'table-gone' };
    for (const piece of piecesOf(additions)) {
      outcome = await this.#enqueue(table, piece);
      if (outcome.kind !== 'extended') break;
    }
    return outcome;
  }

  #enqueue(table: TableId, additions: SchemaAdditions): Promise<ExtendOutcome> {
    return new Promise((resolve, reject) => {
      const waiting: Waiting = { additions, resolve, reject };
      const queue = this.#waiting.get(table);
      if (queue !== undefined) {
        queue.push(waiting);
        return;
      }
      this.#waiting.set(table, [waiting]);
      void this.#takeTurns(table);
    });
  }

  /** Never rejects: failures go to those who wait. */
  async #takeTurns(table: TableId): Promise<void> {
    const queue = this.#waiting.get(table) ?? [];
    while (queue.length > 0) {
      const asking = [...queue];
      let outcomes: readonly ExtendOutcome[] = [];
      try {
        await this.#port.change((state) => {
          const turn = decideTurn(state, table, asking);
          outcomes = turn.outcomes;
          return turn.decision;
        });
        for (const [i, { resolve }] of queue.splice(0, outcomes.length).entries()) {
          resolve(outcomes[i]!);
        }
      } catch (error) {
        for (const { reject } of queue.splice(0, asking.length)) reject(error);
      }
    }
    this.#waiting.delete(table);
  }
}

/** The outcome when it can be told from the state as it is; also for what will be refused. */
function outcomeWithoutChange(
  state: CatalogState,
  table: TableId,
  additions: SchemaAdditions,
): ExtendOutcome | undefined {
  const schema = state.tables.get(table)?.schema;
  if (schema === undefined) return { kind: 'table-gone' };
  const fault = checkAdditions(schema, additions);
  if (fault !== undefined) return { kind: 'refused', fault };
  return missingFrom(schema, additions) === undefined ? { kind: 'extended', schema } : undefined;
}

function decideTurn(state: CatalogState, table: TableId, asking: readonly Waiting[]): Turn {
  let schema = state.tables.get(table)?.schema;
  if (schema === undefined) {
    return { decision: undefined, outcomes: asking.map(() => ({ kind: 'table-gone' })) };
  }
  const accepted: SchemaAdditions[] = [];
  const faults: (ExtendOutcome | undefined)[] = [];
  let chars = 0;
  for (const { additions } of asking) {
    if (chars > SCHEMA_PIECE_CHARS_MAX) break;
    const fault = checkAdditions(schema, additions);
    faults.push(fault && { kind: 'refused', fault });
    const missing = fault === undefined ? missingFrom(schema, additions) : undefined;
    if (missing === undefined) continue;
    accepted.push(missing);
    chars += JSON.stringify(missing).length;
    schema = schema.extended(missing);
  }
  const extended: ExtendOutcome = { kind: 'extended', schema };
  return {
    decision:
      accepted.length === 0
        ? undefined
        : { v: 1, kind: 'schema-extended', table, additions: merged(accepted) },
    outcomes: faults.map((fault) => fault ?? extended),
  };
}

function merged(additions: readonly SchemaAdditions[]): SchemaAdditions {
  return {
    dimensions: additions.flatMap(({ dimensions = [] }) => dimensions),
    measures: additions.flatMap(({ measures }) => measures),
    attributes: additions.flatMap(({ attributes }) => attributes),
  };
}

/** Cut so that each piece, and any piece on top of a full record, fits a metadata record. */
function* piecesOf(additions: SchemaAdditions): Generator<SchemaAdditions> {
  if (JSON.stringify(additions).length <= SCHEMA_PIECE_CHARS_MAX) {
    yield additions;
    return;
  }
  if (additions.dimensions !== undefined && additions.dimensions.length > 0) {
    yield { dimensions: additions.dimensions, measures: [], attributes: [] };
  }
  for (const measures of chunks(additions.measures)) yield { measures, attributes: [] };
  for (const attributes of chunks(additions.attributes)) yield { measures: [], attributes };
}

function* chunks<Entry>(entries: readonly Entry[]): Generator<readonly Entry[]> {
  let chunk: Entry[] = [];
  let chars = 0;
  for (const entry of entries) {
    const size = JSON.stringify(entry).length;
    if (chunk.length > 0 && chars + size > SCHEMA_PIECE_CHARS_MAX) {
      yield chunk;
      chunk = [];
      chars = 0;
    }
    chunk.push(entry);
    chars += size;
  }
  if (chunk.length > 0) yield chunk;
}
