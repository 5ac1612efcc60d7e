/**
 * Folds stored metadata without opening it: nothing is appended, no snapshot is taken. For whoever
 * only looks, also beside the process that writes.
 */
import type { LogIndex } from '../../base/brand.ts';
import { findStart, type StoredMetadata } from './find-start.ts';
import type { MetadataRecord } from './metadata.ts';
import { decodeRecord, isMark } from './record-codec.ts';

export interface ReadMetadata<State> {
  readonly state: State;
  /** Position after the last record folded into `state`. */
  readonly position: LogIndex;
}

/** Throws MetadataDamaged or UnknownRecord. */
export async function readMetadata<State, Rec extends MetadataRecord>(
  stored: StoredMetadata<State, Rec>,
): Promise<ReadMetadata<State>> {
  const { log, model } = stored;
  let { state, position } = await findStart(stored);
  for await (const { index, payload } of log.read(position)) {
    const record = decodeRecord<Rec>(payload, index, model.versions);
    if (!isMark(record)) state = model.fold(state, record);
    position = (index + 1) as LogIndex;
  }
  return { state, position };
}
