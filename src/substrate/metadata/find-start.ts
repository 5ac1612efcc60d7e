/**
 * Where folding begins: the newest snapshot that the log names, or the first record. Only reads.
 */
import type { LogIndex } from '../../base/brand.ts';
import type { StoredObjects } from '../objects/api.ts';
import {
  type GuardedLog,
  MetadataDamaged,
  type MetadataModel,
  type MetadataRecord,
} from './metadata.ts';
import { decodeRecord, decodeSnapshot, isMark, type SnapshotMark } from './record-codec.ts';

export interface StoredMetadata<State, Rec extends MetadataRecord> {
  readonly log: Pick<GuardedLog, 'first' | 'read'>;
  readonly objects: StoredObjects;
  readonly model: MetadataModel<State, Rec>;
  /** Snapshots are objects `<prefix>/<position>…`. */
  readonly prefix: string;
}

export interface Start<State> {
  readonly state: State;
  /** Position of the first record to fold. */
  readonly position: LogIndex;
  readonly mark: SnapshotMark | undefined;
}

export async function findStart<State, Rec extends MetadataRecord>(
  stored: StoredMetadata<State, Rec>,
): Promise<Start<State>> {
  const { log, objects, model, prefix } = stored;
  let mark: SnapshotMark | undefined;
  let empty = true;
  for await (const { index, payload } of log.read(log.first)) {
    empty = false;
    const record = decodeRecord<Rec>(payload, index, model.versions);
    if (isMark(record) && record.position >= (mark?.position ?? 0)) mark = record;
  }
  if (mark !== undefined) {
    const bytes = await objects.get(mark.key);
    if (bytes === undefined) throw new MetadataDamaged(`metadata snapshot ${mark.key} is missing`);
    const state = decodeSnapshot(model.snapshot, bytes, mark);
    return { state, position: mark.position as LogIndex, mark };
  }
  if (log.first > 0) {
    throw new MetadataDamaged(`the metadata log begins with ${log.first} and names no snapshot`);
  }
  // An empty log beside snapshots is not a new installation but a lost log.
  if (empty) {
    for await (const key of objects.list(`${prefix}/`)) {
      throw new MetadataDamaged(`the metadata log is empty, but there is a snapshot, ${key}`);
    }
  }
  return { state: model.initial, position: 0 as LogIndex, mark: undefined };
}
