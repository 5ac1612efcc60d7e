/**
 * Metadata records and snapshots as bytes. Both are JSON, to be read by people too.
 *
 *   record     {"v":1,"kind":"create-table", …}
 *   mark       {"v":1,"kind":"$snapshot","key":"…","position":1234}
 *   snapshot   line 1  {"tessera":"metadata-snapshot","version":1,"position":1234,"crc32":…}
 *              line 2  the state
 *
 * A mark is a record of our own: it names the newest snapshot, so that nobody has to trust a
 * listing of objects. It takes a position but is not folded.
 */
import { crc32 } from 'node:zlib';
import { assert } from '../../base/assert.ts';
import type { LogIndex } from '../../base/brand.ts';
import { METADATA_RECORD_BYTES_MAX } from '../../base/limits.ts';
import {
  MetadataDamaged,
  type MetadataModel,
  type MetadataRecord,
  type SnapshotCodec,
  UnknownRecord,
} from './metadata.ts';

const MARK_KIND = '$snapshot';
const MARK_VERSION = 1;
const SNAPSHOT_FORMAT = 'metadata-snapshot';

export interface SnapshotMark extends MetadataRecord {
  readonly kind: typeof MARK_KIND;
  readonly key: string;
  /** The snapshot holds every record below this. */
  readonly position: number;
}

export function snapshotMark(key: string, position: LogIndex): SnapshotMark {
  return { v: MARK_VERSION, kind: MARK_KIND, key, position };
}

export function isMark(record: MetadataRecord): record is SnapshotMark {
  return record.kind === MARK_KIND;
}

export function encodeRecord(record: MetadataRecord): Uint8Array {
  const bytes = new TextEncoder().encode(JSON.stringify(record));
  assert(bytes.length <= METADATA_RECORD_BYTES_MAX, `a ${record.kind} record of ${bytes.length} B`);
  return bytes;
}

/** A record or mark of any kind, also one that only a newer program understands. */
export function parseRecord(payload: Uint8Array, at: number): MetadataRecord {
  const record = parseJson(payload, `metadata record ${at}`) as Partial<MetadataRecord> | null;
  const { v, kind } = record ?? {};
  if (typeof kind !== 'string' || !Number.isInteger(v) || v === undefined || v < 1) {
    throw new MetadataDamaged(`metadata record ${at} has no kind and version`);
  }
  return record as MetadataRecord;
}

export function decodeRecord<Rec extends MetadataRecord>(
  payload: Uint8Array,
  at: number,
  versions: MetadataModel<unknown, Rec>['versions'],
): Rec | SnapshotMark {
  const record = parseRecord(payload, at);
  const { v, kind } = record;
  const known: Readonly<Record<string, number>> = { ...versions, [MARK_KIND]: MARK_VERSION };
  const knownVersion = Object.hasOwn(known, kind) ? known[kind] : undefined;
  if (knownVersion === undefined || v > knownVersion) {
    throw new UnknownRecord(
      `metadata record ${at} is "${kind}" version ${v}; this program knows ` +
        (knownVersion === undefined ? 'no such kind' : `it up to version ${knownVersion}`) +
        `. Run a program that knows "${kind}" version ${v}.`,
    );
  }
  return record as Rec | SnapshotMark;
}

/** A snapshot's bytes and a name that tells it from any other at the same position. */
export function encodeSnapshot<State>(
  codec: SnapshotCodec<State>,
  state: State,
  position: LogIndex,
): { readonly name: string; readonly bytes: Uint8Array } {
  const body = new TextEncoder().encode(`${JSON.stringify(codec.toJson(state))}\n`);
  const checksum = crc32(body);
  const head = { tessera: SNAPSHOT_FORMAT, version: codec.version, position, crc32: checksum };
  const name =
    `${String(position).padStart(20, '0')}-${checksum.toString(16).padStart(8, '0')}` +
    `-v${codec.version}.json`;
  return { name, bytes: Buffer.concat([Buffer.from(`${JSON.stringify(head)}\n`), body]) };
}

export function decodeSnapshot<State>(
  codec: SnapshotCodec<State>,
  bytes: Uint8Array,
  mark: SnapshotMark,
): State {
  const what = `metadata snapshot ${mark.key}`;
  const lineEnd = bytes.indexOf(10);
  const head = parseJson(bytes.subarray(0, Math.max(0, lineEnd)), what) as Record<string, unknown>;
  const body = bytes.subarray(lineEnd + 1);
  const { tessera, version, position, crc32: checksum } = head;
  if (tessera !== SNAPSHOT_FORMAT || typeof version !== 'number') {
    throw new MetadataDamaged(`${what} is not a snapshot`);
  }
  if (checksum !== crc32(body)) throw new MetadataDamaged(`${what} does not match its checksum`);
  if (position !== mark.position) throw new MetadataDamaged(`${what} is of position ${position}`);
  if (version > codec.version) {
    throw new UnknownRecord(
      `${what} has version ${version}; this program knows it up to version ${codec.version}. ` +
        `Run a program that knows snapshot version ${version}.`,
    );
  }
  return codec.fromJson(parseJson(body, what), version);
}

function parseJson(bytes: Uint8Array, what: string): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new MetadataDamaged(`${what} is not JSON`, { cause });
  }
}
