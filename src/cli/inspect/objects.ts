/** `tessera inspect objects`: the objects of a data folder, with sizes and ages. */
import type { Stats } from 'node:fs';
import { stat } from 'node:fs/promises';
import { objectFolderOf } from '../../data-folder.ts';
import { isMissing } from '../../host/disk.ts';
import { nodeDisk } from '../../host/node-disk.ts';
import { FolderObjects } from '../../substrate/objects/api.ts';
import type { InspectFlags } from '../flags.ts';
import { type Item, remark, report } from './report.ts';
import { StoredFolder } from './stored-folder.ts';
import { ageText, countText, printable, sizeText } from './text.ts';

export async function inspectObjects(path: string, flags: InspectFlags): Promise<void> {
  await report(flags, () => objectItems(path));
}

async function* objectItems(path: string): AsyncGenerator<Item> {
  const { dataDir } = await StoredFolder.open(path);
  const folder = objectFolderOf(dataDir);
  const nowMs = Date.now();
  let objects = 0;
  let totalBytes = 0;
  for await (const key of new FolderObjects(nodeDisk, folder).list('')) {
    const found = await statIfThere(`${folder}/${key}`);
    if (found === undefined) continue;
    objects += 1;
    totalBytes += found.size;
    yield objectItem(key, found, nowMs);
  }
  remark(`${countText(objects, 'object')}, ${sizeText(totalBytes)}`);
}

function objectItem(key: string, { size, mtime, mtimeMs }: Stats, nowMs: number): Item {
  const ageMs = Math.max(0, nowMs - mtimeMs);
  const columns = [sizeText(size).padStart(11), ageText(ageMs).padStart(8), printable(key)];
  return {
    text: columns.join('  '),
    json: {
      kind: 'object',
      key,
      bytes: size,
      written: mtime.toISOString(),
      ageSeconds: Math.floor(ageMs / 1000),
    },
  };
}

/** Undefined when a server has deleted it meanwhile. */
async function statIfThere(path: string): Promise<Stats | undefined> {
  try {
    return await stat(path);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}
