/**
 * `tessera inspect log`: the segments of the logs, what is wrong with them and what a start would
 * do about it, and what their entries hold.
 *
 * Ends with a failure when a log is damaged, so that scripts can check a backup. A torn tail is
 * not damage: a start cuts it off.
 */
import { basename } from 'node:path';
import type { LogIndex } from '../../base/brand.ts';
import { METADATA_LOG } from '../../data-folder.ts';
import { LogCorruption, type StoredFault, type StoredLog } from '../../substrate/log/api.ts';
import { CommandError, EXIT } from '../exit.ts';
import type { InspectLogFlags } from '../flags.ts';
import { describeBatch, describeRecord, type EntryContent, NameBook } from './entry-content.ts';
import { explain, type Item, remark, report } from './report.ts';
import { StoredFolder } from './stored-folder.ts';
import { aligned, countText, sizeText } from './text.ts';

export async function inspectLog(path: string, flags: InspectLogFlags): Promise<void> {
  await report(flags, () => logItems(path, flags));
}

async function* logItems(path: string, flags: InspectLogFlags): AsyncGenerator<Item> {
  const entriesMax = count('--entries', flags.entries);
  const from = flags.from === undefined ? undefined : count('--from', flags.from);
  const folder = await StoredFolder.open(path);
  const failures: string[] = [];
  for (const name of flags.log === undefined ? folder.logNames : [flags.log]) {
    const log = await folder.log(name);
    yield* segmentItems(name, log, folder.inUse);
    const start = from ?? Math.max(log.first, endOf(log) - entriesMax);
    yield* entryItems({ folder, name, log, from: start as LogIndex, entriesMax, failures });
    const { damage } = log;
    if (damage !== undefined) failures.push(new LogCorruption(damage, damage.why).message);
  }
  if (failures.length > 0) throw new CommandError(EXIT.failed, failures.join('\ntessera: '));
}

/** The index after the last entry of all that can be read. */
function endOf(log: StoredLog): number {
  return log.segments.reduce((end, { next }) => Math.max(end, next), 0);
}

function* segmentItems(log: string, stored: StoredLog, inUse: boolean): Generator<Item> {
  const { segments, damage, tornTail } = stored;
  const bytes = segments.reduce((sum, segment) => sum + segment.bytes, 0);
  const entries = segments.reduce((sum, { first, next }) => sum + next - first, 0);
  const state = damage !== undefined ? 'damaged' : tornTail !== undefined ? 'torn' : 'sound';
  yield {
    text:
      `log ${log}: ${countText(entries, 'entry', 'entries')} in ` +
      `${countText(segments.length, 'segment')}, ${sizeText(bytes)}, ${state}`,
    json: { kind: 'log', log, state, entries, segments: segments.length, bytes },
  };
  const lines = aligned(
    segments.map(({ file, first, next, epoch, bytes }) => [
      `  ${basename(file)}`,
      next === first ? 'no entries' : `entries ${first} to ${next - 1}`,
      `epoch ${epoch ?? '?'}`,
      sizeText(bytes),
    ]),
  );
  for (const [at, { file, first, next, epoch, bytes, fault }] of segments.entries()) {
    const entries = next - first;
    yield {
      text: lines[at] ?? '',
      json: { kind: 'segment', log, file, first, entries, epoch: epoch ?? null, bytes },
    };
    if (fault !== undefined) yield faultItem(log, fault, inUse);
  }
}

function faultItem(log: string, fault: StoredFault, inUse: boolean): Item {
  const { kind, file, offset, index, bytes, why } = fault;
  const onStart = whatStartDoes(fault, inUse);
  return {
    text: `    ${kind} at offset ${offset} (entry ${index}): ${why}; ${onStart}`,
    json: { kind: 'fault', log, fault: kind, file, offset, index, bytes, why, onStart },
  };
}

function whatStartDoes({ kind, bytes }: StoredFault, inUse: boolean): string {
  if (kind === 'damaged') return 'a start refuses, naming this place';
  if (inUse) return 'the server is writing here, or will cut it off when it starts again';
  return `a start cuts off these ${countText(bytes, 'byte')}, which were never acknowledged`;
}

interface EntriesOptions {
  readonly folder: StoredFolder;
  readonly name: string;
  readonly log: StoredLog;
  readonly from: LogIndex;
  readonly entriesMax: number;
  readonly failures: string[];
}

async function* entryItems(options: EntriesOptions): AsyncGenerator<Item> {
  const { folder, name, log, from, entriesMax, failures } = options;
  if (entriesMax === 0) return;
  let left = entriesMax;
  const describe = name === METADATA_LOG ? describeRecord : describeBatch(await names(folder));
  for await (const { index, payload } of folder.entries(log, from)) {
    const content = describe(payload, index);
    if (content.kind === 'unreadable') {
      failures.push(`entry ${index} of the log ${name} makes no sense: ${content.text}`);
    }
    yield entryItem({ log: name, index, bytes: payload.length }, content);
    left -= 1;
    if (left === 0) return;
  }
}

function entryItem(
  entry: { readonly log: string; readonly index: LogIndex; readonly bytes: number },
  { kind, text, json }: EntryContent,
): Item {
  return {
    text: `  ${entry.index}  ${sizeText(entry.bytes)}  ${text}`,
    json: { kind: 'entry', ...entry, [kind]: json },
  };
}

/** Names are a help only: a log can be read without a catalog. */
async function names(folder: StoredFolder): Promise<NameBook> {
  try {
    return new NameBook((await folder.catalog()).state);
  } catch (error) {
    const { message } = explain(error);
    remark(`tables are shown by their ids, as the catalog cannot be read: ${message}`);
    return new NameBook(undefined);
  }
}

function count(flag: string, text: string): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(value)) return value;
  throw new CommandError(EXIT.usage, `${flag} is '${text}'; expected a number, 0 or more`);
}
