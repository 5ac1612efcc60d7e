/** How much room a folder takes. */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Of what stat() counts. */
const BLOCK_BYTES = 512;

/** Bytes of all files in a folder. */
export function folderBytes(folder: string): number {
  let bytes = 0;
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const stat = statSync(join(entry.parentPath, entry.name), { throwIfNoEntry: false });
    // Files with holes are as large as what is in them.
    if (stat !== undefined) bytes += Math.min(stat.size, stat.blocks * BLOCK_BYTES);
  }
  return bytes;
}
