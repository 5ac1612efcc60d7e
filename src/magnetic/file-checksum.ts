/** Size and CRC-32 of a file, as the tile index keeps them of an object. */
import { crc32 } from 'node:zlib';
import type { Disk } from '../host/disk.ts';

const READ_BYTES = 1024 * 1024;

export interface FileChecksum {
  readonly bytes: number;
  readonly crc32: number;
}

export async function fileChecksum(disk: Disk, path: string): Promise<FileChecksum> {
  const file = await disk.open(path, 'read');
  try {
    const chunk = new Uint8Array(READ_BYTES);
    let bytes = 0;
    let sum = 0;
    for (;;) {
      const read = await file.read(chunk, bytes);
      if (read === 0) return { bytes, crc32: sum };
      sum = crc32(chunk.subarray(0, read), sum);
      bytes += read;
    }
  } finally {
    await file.close();
  }
}
