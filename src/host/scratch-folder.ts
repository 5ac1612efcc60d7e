/**
 * Folders for what nobody needs after the process: emptied when taken over from a process that did
 * not get to clean up. Nothing in them is durable, so they go past host/disk.ts.
 */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const OWNER_ONLY = 0o700;

/** The folder, there and empty. Only for a caller who holds the folder above it. */
export async function emptyFolder(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true });
  await mkdir(path, { mode: OWNER_ONLY });
}

/** A new folder among the system's temporary ones. */
export async function newTemporaryFolder(): Promise<string> {
  return await mkdtemp(join(tmpdir(), 'tessera-'));
}

export async function removeFolder(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true });
}
