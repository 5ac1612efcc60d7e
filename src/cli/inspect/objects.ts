/**
 * `tessera inspect objects`: the objects of a data folder, with sizes and ages, and whether they are
 * what the tiles say.
 *
 *   live      a tile has it, and it is as the tile says, as far as was looked
 *   damaged   a tile has it, and its size, checksum or footer is another
 *   missing   a tile has it, and it is not there
 *   orphan    under tiles/, and no tile has it: a crash left it, and the next start deletes it
 *   other     snapshots of the metadata, reports
 *
 * Ends with a failure when rows are lost: something is damaged or missing. With --verify the
 * objects of tiles are read; otherwise only their sizes are compared.
 */
import type { Stats } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { CatalogState } from '../../catalog/api.ts';
import { objectFolderOf } from '../../data-folder.ts';
import { isMissing } from '../../host/disk.ts';
import { nodeDisk } from '../../host/node-disk.ts';
import { FolderObjects } from '../../substrate/objects/api.ts';
import type { TileObject } from '../../tiles/api.ts';
import { CommandError, EXIT } from '../exit.ts';
import type { InspectObjectsFlags } from '../flags.ts';
import { type CheckedObject, ObjectChecker } from './object-check.ts';
import { explain, type Item, remark, report } from './report.ts';
import { StoredFolder } from './stored-folder.ts';
import { ageText, countText, printable, sizeText } from './text.ts';

const TILE_OBJECTS = 'tiles/';

export async function inspectObjects(path: string, flags: InspectObjectsFlags): Promise<void> {
  await report(flags, () => objectItems(path, flags));
}

type ObjectState = 'live' | 'damaged' | 'missing' | 'orphan' | 'other' | 'unknown';

interface FoundObject {
  readonly key: string;
  readonly file: Stats | undefined;
  /** As the tile index knows it. */
  readonly known: TileObject | undefined;
  readonly checked: CheckedObject | undefined;
  readonly state: ObjectState;
  /** What is wrong with it. */
  readonly why: string | undefined;
}

async function* objectItems(path: string, flags: InspectObjectsFlags): AsyncGenerator<Item> {
  const stored = await StoredFolder.open(path);
  const folder = objectFolderOf(stored.dataDir);
  const known = await knownObjects(stored);
  const checker = flags.verify ? await ObjectChecker.open(folder) : undefined;
  const counts = new Map<ObjectState, number>();
  let totalBytes = 0;
  try {
    for await (const found of foundObjects({ stored, folder, known, checker })) {
      counts.set(found.state, (counts.get(found.state) ?? 0) + 1);
      totalBytes += found.file?.size ?? 0;
      yield objectItem(found);
    }
  } finally {
    await checker?.close();
  }
  const missing = counts.get('missing') ?? 0;
  const damaged = counts.get('damaged') ?? 0;
  const orphans = counts.get('orphan') ?? 0;
  const objects = [...counts.values()].reduce((sum, count) => sum + count, 0) - missing;
  const orphanText = orphans === 0 ? '' : `, ${countText(orphans, 'orphan')}`;
  remark(`${countText(objects, 'object')}, ${sizeText(totalBytes)}${orphanText}`);
  if (missing + damaged > 0) {
    const what = `${countText(missing, 'object')} of tiles missing, ${damaged} damaged`;
    throw new CommandError(EXIT.failed, what);
  }
}

type KnownObjects = ReadonlyMap<string, TileObject>;

/** Undefined when the catalog cannot be read: sizes and ages are of use without it. */
async function knownObjects(folder: StoredFolder): Promise<KnownObjects | undefined> {
  try {
    const { state, damage } = await folder.catalog();
    if (damage === undefined) return objectsOf(state);
    remark('objects are not compared with the tiles, as the metadata is damaged');
  } catch (error) {
    const { message } = explain(error);
    remark(`objects are not compared with the tiles, as the catalog cannot be read: ${message}`);
  }
  return undefined;
}

function objectsOf({ tables, tiles }: CatalogState): KnownObjects {
  const objects = [...tables.keys()].flatMap((table) =>
    tiles.within(table).flatMap((tile) => tile.objects),
  );
  return new Map(objects.map((object) => [object.key, object]));
}

/** Those that are there, in the order of their keys; then those that are not. */
async function* foundObjects(look: {
  readonly stored: StoredFolder;
  readonly folder: string;
  readonly known: KnownObjects | undefined;
  readonly checker: ObjectChecker | undefined;
}): AsyncGenerator<FoundObject> {
  const { stored, folder, known, checker } = look;
  const seen = new Set<string>();
  for await (const key of new FolderObjects(nodeDisk, folder).list('')) {
    const path = `${folder}/${key}`;
    const file = await ifThere(() => stat(path));
    if (file === undefined) continue;
    seen.add(key);
    const isOfTile = key.startsWith(TILE_OBJECTS);
    const checked = isOfTile ? await ifThere(async () => checker?.check(path)) : undefined;
    yield judged({ key, file, known: known?.get(key), checked }, known !== undefined);
  }
  const unseen = [...(known?.values() ?? [])].filter(({ key }) => !seen.has(key));
  if (unseen.length === 0) return;
  // A server may have replaced them between the two looks.
  const now = stored.inUse ? await knownObjects(stored) : known;
  for (const object of unseen.filter(({ key }) => now?.has(key))) {
    const { key } = object;
    const why = 'a tile has it, and there is no such file';
    yield { key, file: undefined, known: object, checked: undefined, state: 'missing', why };
  }
}

function judged(
  found: Pick<FoundObject, 'key' | 'known' | 'checked'> & { readonly file: Stats },
  isCompared: boolean,
): FoundObject {
  const { key, known } = found;
  if (!key.startsWith(TILE_OBJECTS)) return { ...found, state: 'other', why: undefined };
  if (!isCompared) return { ...found, state: 'unknown', why: undefined };
  if (known === undefined) return { ...found, state: 'orphan', why: undefined };
  const why = faultOf(known, found);
  return { ...found, state: why === undefined ? 'live' : 'damaged', why };
}

function faultOf(
  known: TileObject,
  { file, checked }: { readonly file: Stats; readonly checked: CheckedObject | undefined },
): string | undefined {
  if (file.size !== known.bytes) return `it has ${file.size} bytes instead of ${known.bytes}`;
  if (checked === undefined) return undefined;
  if (checked.crc32 !== known.crc32) {
    return `its checksum is ${hex(checked.crc32)} instead of ${hex(known.crc32)}`;
  }
  if (typeof checked.footer === 'string') return checked.footer;
  if (checked.footer.rows === known.rows) return undefined;
  return `it has ${checked.footer.rows} rows instead of ${known.rows}`;
}

function objectItem(found: FoundObject): Item {
  const { key, file, known, checked, state, why } = found;
  const ageMs = file && Math.max(0, Date.now() - file.mtimeMs);
  const bytes = file?.size ?? known?.bytes ?? 0;
  const footer = typeof checked?.footer === 'object' ? checked.footer : undefined;
  const rows = footer?.rows ?? known?.rows;
  const details = [
    ...(rows === undefined ? [] : [countText(rows, 'row')]),
    ...(footer === undefined
      ? []
      : [
          countText(footer.rowGroups, 'row group'),
          `columns ${footer.columns.map(printable).join(' ')}`,
        ]),
    ...(why === undefined ? [] : [printable(why)]),
  ];
  const columns = [
    sizeText(bytes).padStart(11),
    (ageMs === undefined ? '' : ageText(ageMs)).padStart(8),
    state.padEnd(7),
    printable(key),
  ];
  return {
    text: [columns.join('  '), ...(details.length > 0 ? [details.join(', ')] : [])].join('  '),
    json: {
      kind: 'object',
      key,
      state,
      bytes,
      written: file?.mtime.toISOString() ?? null,
      ageSeconds: ageMs === undefined ? null : Math.floor(ageMs / 1000),
      rows: rows ?? null,
      crc32: checked === undefined ? null : hex(checked.crc32),
      rowGroups: footer?.rowGroups ?? null,
      columns: footer?.columns ?? null,
      why: why ?? null,
    },
  };
}

function hex(sum: number): string {
  return sum.toString(16).padStart(8, '0');
}

/** Undefined when a server has deleted it meanwhile. */
async function ifThere<T>(look: () => Promise<T>): Promise<T | undefined> {
  try {
    return await look();
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}
