/**
 * What the logs of a data folder hold of each generation of hot rows. Entries of generations that
 * were sealed stay until their segment is trimmed, so there may be more than the tiles have.
 */
import type { GenerationId, Nanos } from '../../base/brand.ts';
import { METADATA_LOG } from '../../data-folder.ts';
import { MalformedEntry, summarizeEntry } from '../../memory/api.ts';
import { LogCorruption } from '../../substrate/log/api.ts';
import type { StoredFolder } from './stored-folder.ts';

/** What the logs hold of a generation. */
interface LoggedGeneration {
  readonly log: string;
  entries: number;
  rows: number;
  /** Indexes in the log. */
  readonly first: number;
  last: number;
  from: Nanos | undefined;
  to: Nanos | undefined;
}

export type LoggedGenerations = ReadonlyMap<GenerationId, Readonly<LoggedGeneration>>;

/** Adds to `failures` what could not be read. */
export async function loggedGenerations(
  folder: StoredFolder,
  failures: string[],
): Promise<LoggedGenerations> {
  const found = new Map<GenerationId, LoggedGeneration>();
  for (const name of folder.logNames.filter((log) => log !== METADATA_LOG)) {
    const log = await folder.log(name);
    for await (const { index, payload } of folder.entries(log, log.first)) {
      try {
        const { generation, rows, times } = summarizeEntry(payload);
        const logged = found.get(generation) ?? newGeneration(name, index);
        found.set(generation, logged);
        logged.entries += 1;
        logged.rows += rows;
        logged.last = index;
        logged.from = least(logged.from, times?.from);
        logged.to = most(logged.to, times?.to);
      } catch (error) {
        if (!(error instanceof MalformedEntry)) throw error;
        failures.push(`entry ${index} of the log ${name} makes no sense: ${error.message}`);
      }
    }
    if (log.damage !== undefined) {
      failures.push(new LogCorruption(log.damage, log.damage.why).message);
    }
  }
  return found;
}

function newGeneration(log: string, first: number): LoggedGeneration {
  return { log, first, last: first, entries: 0, rows: 0, from: undefined, to: undefined };
}

function least(a: Nanos | undefined, b: Nanos | undefined): Nanos | undefined {
  return a === undefined || (b !== undefined && b < a) ? b : a;
}

function most(a: Nanos | undefined, b: Nanos | undefined): Nanos | undefined {
  return a === undefined || (b !== undefined && b > a) ? b : a;
}
