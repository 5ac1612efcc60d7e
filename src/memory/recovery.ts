/**
 * Rebuilds the open generations from the log, entry by entry, with the same apply() that filled
 * them.
 *
 * Series ids in the log are those of the process that wrote it. Each definition binds such an id,
 * in its generation, to the series here from then on; a restarted process defines every series
 * anew. Entries of generations that are not open (sealed since, or gone with their table) are
 * skipped and counted. Damage is the log's to report; an entry that
 * makes no sense stops recovery with MalformedEntry: dropping acknowledged rows is not ours to
 * decide.
 */
import type { GenerationId, LogIndex, TableId } from '../base/brand.ts';
import type { Log } from '../substrate/log/api.ts';
import {
  DEFINITION_INTS,
  decodeEntry,
  type Entry,
  MalformedEntry,
  readEntryOwner,
} from './batch-format.ts';
import type { RecoveryOptions, RecoverySummary } from './contract.ts';
import type { HotTile } from './hot-tile.ts';

/** Often enough for a progress bar, seldom enough to cost nothing. */
const PROGRESS_BYTES = 32 * 1024 * 1024;

export async function recoverTiles(
  log: Log,
  options: RecoveryOptions,
  target: {
    /** Undefined when the generation is not open. */
    tileOf(generation: GenerationId): HotTile | undefined;
    /** Called for every entry, whether or not its generation is open. */
    onEntry(generation: GenerationId, index: LogIndex, bytes: number): void;
  },
): Promise<RecoverySummary> {
  const bindings = new Map<GenerationId, SeriesBinding>();
  const summary = { entries: 0, rows: 0, bytes: 0, skippedEntries: 0 };
  let reportedBytes = 0;
  for await (const { index, payload } of log.read(log.first)) {
    summary.entries += 1;
    summary.bytes += payload.length;
    const owner = readEntryOwner(payload);
    const { generation } = owner;
    target.onEntry(generation, index, payload.length);
    const tile = target.tileOf(generation);
    if (tile !== undefined) {
      const entry = decodeEntry(payload);
      checkTable(owner, tile.table);
      let binding = bindings.get(generation);
      if (binding === undefined) {
        binding = new SeriesBinding(tile);
        bindings.set(generation, binding);
      }
      tile.apply(entry, binding.bind(entry));
      summary.rows += entry.counts.rows;
    } else {
      summary.skippedEntries += 1;
    }
    if (summary.bytes - reportedBytes >= PROGRESS_BYTES) {
      reportedBytes = summary.bytes;
      options.onProgress?.({ ...summary });
    }
  }
  options.onProgress?.({ ...summary });
  return summary;
}

function checkTable(
  owner: { readonly generation: GenerationId; readonly table: TableId },
  table: TableId,
): void {
  if (owner.table === table) return;
  throw new MalformedEntry(`generation ${owner.generation} in table ${owner.table} and ${table}`);
}

class SeriesBinding {
  readonly #tile: HotTile;
  /** By id in the log: id here + 1, 0 = not defined. */
  #ids = new Int32Array(256);

  constructor(tile: HotTile) {
    this.#tile = tile;
  }

  /** Takes in the entry's definitions, and returns the ids here of its rows. */
  bind(entry: Entry): Int32Array {
    this.#define(entry);
    const series = new Int32Array(entry.counts.rows);
    for (let row = 0; row < series.length; row++) {
      const id = (this.#ids[entry.series[row]!] ?? 0) - 1;
      if (id < 0) throw new MalformedEntry(`series ${entry.series[row]} has no definition`);
      series[row] = id;
    }
    return series;
  }

  #define(entry: Entry): void {
    const { dictionary, series } = this.#tile;
    let dimension = 0;
    for (let i = 0; i < entry.counts.definitions; i++) {
      const at = i * DEFINITION_INTS;
      const dimensionIds: number[] = [];
      const dimensionCodes: number[] = [];
      const end = dimension + entry.definitions[at + 4]!;
      for (; dimension < end; dimension++) {
        dimensionIds.push(entry.dimensions[dimension * 2]!);
        dimensionCodes.push(dictionary.intern(entry.texts[entry.dimensions[dimension * 2 + 1]!]!));
      }
      const measureCode = dictionary.intern(entry.texts[entry.definitions[at + 3]!]!);
      const space = {
        high: entry.definitions[at + 1]! >>> 0,
        low: entry.definitions[at + 2]! >>> 0,
      };
      const id = series.resolveCoded({ measureCode, dimensionIds, dimensionCodes }, space);
      this.#set(entry.definitions[at]!, id);
    }
  }

  #set(logId: number, id: number): void {
    if (logId >= this.#ids.length) {
      let length = this.#ids.length;
      while (length <= logId) length *= 2;
      const ids = new Int32Array(length);
      ids.set(this.#ids);
      this.#ids = ids;
    }
    this.#ids[logId] = id + 1;
  }
}
