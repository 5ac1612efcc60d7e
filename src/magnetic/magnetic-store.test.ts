/** How long objects live: drafts, puts, pins, retirement, orphans. */
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { crc32 } from 'node:zlib';
import { Registry } from 'prom-client';
import { afterEach, describe, expect, it } from 'vitest';
import type { TableId } from '../base/brand.ts';
import { nodeDisk } from '../host/node-disk.ts';
import { systemRandom } from '../host/random.ts';
import { DirectoryObjects, InMemoryObjects, type Objects } from '../substrate/objects/api.ts';
import { MagneticStore, magneticMetrics } from './api.ts';

const TABLE = 5 as TableId;
const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

interface Parts {
  readonly store: MagneticStore;
  readonly objects: Objects;
  readonly folder: string;
  readonly registry: Registry;
  readonly warnings: string[];
}

type Implementation = (folder: string) => Promise<Objects>;

const implementations: Record<string, Implementation> = {
  'a folder': (folder) =>
    DirectoryObjects.open({ folder: `${folder}/objects`, disk: nodeDisk, random: systemRandom }),
  memory: async () => new InMemoryObjects(nodeDisk),
};

async function open(create: Implementation): Promise<Parts> {
  const folder = await mkdtemp(`${tmpdir()}/tessera-magnetic-`);
  cleanups.push(() => rm(folder, { recursive: true }));
  return openIn(folder, await create(folder));
}

async function openIn(folder: string, objects: Objects): Promise<Parts> {
  await mkdir(`${folder}/magnetic`, { recursive: true });
  const registry = new Registry();
  const warnings: string[] = [];
  const store = await MagneticStore.open({
    objects,
    folder: `${folder}/magnetic`,
    disk: nodeDisk,
    random: systemRandom,
    metrics: magneticMetrics(registry, () => ({ objects: 3, bytes: 4 })),
    logger: { warn: (_fields: unknown, message?: string) => warnings.push(message ?? '') },
  });
  return { store, objects, folder, registry, warnings };
}

async function put({ store }: Pick<Parts, 'store'>, text: string): Promise<string> {
  const draft = store.newDraft();
  await writeFile(draft, text);
  return (await store.put(TABLE, draft)).key;
}

async function keysOf(objects: Objects): Promise<string[]> {
  const keys: string[] = [];
  for await (const key of objects.list('')) keys.push(key);
  return keys;
}

describe.each(Object.entries(implementations))('a magnetic store in %s', (_name, create) => {
  it('makes objects of drafts, with their size and checksum', async () => {
    const parts = await open(create);
    const { store, objects, folder, registry } = parts;
    const body = 'x'.repeat(3_000_000);
    const draft = store.newDraft();
    await writeFile(draft, body);
    const stored = await store.put(TABLE, draft);
    expect(stored).toEqual({
      key: expect.stringMatching(/^tiles\/5\/[0-9a-f]{24}\.parquet$/),
      bytes: body.length,
      crc32: crc32(body),
    });
    expect(await readFile(store.path(stored.key), 'utf8')).toBe(body);
    expect(await keysOf(objects)).toEqual([stored.key]);
    expect(await readdir(`${folder}/magnetic/drafts`)).toEqual([]);
    const [readable] = [...store.engineFolders].filter((one) =>
      store.path('tiles/1/a').startsWith(one),
    );
    expect(readable).toBeDefined();
    expect(store.engineFolders.some((one) => draft.startsWith(one))).toBe(true);
    const metrics = await registry.metrics();
    expect(metrics).toContain('tessera_magnetic_objects_written_total 1');
    expect(metrics).toContain(`tessera_magnetic_written_bytes_total ${body.length}`);
    expect(metrics).toContain('tessera_magnetic_bytes 4');
  });

  it('discards drafts, written or not', async () => {
    const { store, folder } = await open(create);
    const draft = store.newDraft();
    await store.discard(draft);
    await writeFile(draft, 'x');
    await store.discard(draft);
    expect(await readdir(`${folder}/magnetic/drafts`)).toEqual([]);
  });

  it('deletes a retired object at once, or when its last pin goes', async () => {
    const parts = await open(create);
    const { store, objects, registry } = parts;
    const [free, once, twice, kept] = await Promise.all(
      ['a', 'b', 'c', 'd'].map((text) => put(parts, text)),
    );
    const first = store.pin([once!, twice!, kept!]);
    const second = store.pin([twice!]);
    store.retire([free!, once!, twice!]);
    await store.settled();
    expect(await keysOf(objects)).toEqual([once, twice, kept].toSorted());
    expect(await readFile(store.path(once!), 'utf8')).toBe('b');
    await expect(readFile(store.path(free!))).rejects.toThrow('ENOENT');
    first();
    await store.settled();
    expect(await keysOf(objects)).toEqual([twice, kept].toSorted());
    second();
    await store.settled();
    expect(await keysOf(objects)).toEqual([kept]);
    const metrics = await registry.metrics();
    expect(metrics).toContain('tessera_magnetic_objects_retired_total 3');
    expect(metrics).toContain('tessera_magnetic_objects_deleted_total 3');
  });

  it('refuses what would read a deleted object, or release twice', async () => {
    const parts = await open(create);
    const key = await put(parts, 'a');
    const release = parts.store.pin([key]);
    parts.store.retire([key]);
    expect(() => parts.store.pin([key])).toThrow('a retired object is not pinned anew');
    release();
    expect(release).toThrow('released once');
  });

  it('reports a deletion that failed, and goes on', async () => {
    const parts = await open(create);
    const key = await put(parts, 'a');
    parts.objects.delete = () => Promise.reject(new Error('no'));
    parts.store.retire([key]);
    await parts.store.settled();
    expect(parts.warnings).toEqual(['an object of the magnetic store was not deleted']);
    expect(await parts.registry.metrics()).toContain('tessera_magnetic_deletions_failed_total 1');
  });
});

describe('the start of a magnetic store', () => {
  it('removes drafts and orphans, but nothing live, new or of others', async () => {
    const before = await open(implementations['a folder']!);
    const live = await put(before, 'live');
    const orphan = await put(before, 'orphan');
    await before.objects.putIfAbsent('metadata/x', new Uint8Array(1));
    await writeFile(before.store.newDraft(), 'unfinished');

    const after = await openIn(before.folder, before.objects);
    expect(await readdir(`${after.folder}/magnetic/drafts`)).toEqual([]);
    const fresh = await put(after, 'fresh');
    expect(await after.store.collectGarbage(new Set([live]))).toBe(1);
    expect(await keysOf(after.objects)).toEqual(['metadata/x', ...[live, fresh].toSorted()]);
    expect(await keysOf(after.objects)).not.toContain(orphan);
  });
});
