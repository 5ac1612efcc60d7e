/** What other folders may use of the objects seam: its contract (objects.ts) and its implementations. */

export { DirectoryObjects } from './directory-objects.ts';
export { FolderObjects } from './folder-objects.ts';
export { InMemoryObjects } from './in-memory-objects.ts';
export { checkObjectKey } from './object-key.ts';
export type { Objects, PutOutcome, StoredObjects } from './objects.ts';
