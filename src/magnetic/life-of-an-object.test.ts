/** The whole way: an engine that may only touch the store's folders writes, reads, merges, replaces. */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { Registry } from 'prom-client';
import { afterEach, expect, it } from 'vitest';
import type { TableId } from '../base/brand.ts';
import { type Engine, openEngine, readRows, type VectorValue } from '../engine/api.ts';
import { nodeDisk } from '../host/node-disk.ts';
import { systemRandom } from '../host/random.ts';
import { DirectoryObjects, InMemoryObjects, type Objects } from '../substrate/objects/api.ts';
import type { TileObject } from '../tiles/api.ts';
import {
  MagneticStore,
  magneticMetrics,
  mergedRelation,
  objectsRelation,
  rejectedRelation,
  writeObject,
} from './api.ts';
import { heldBy, LAYOUT, type PlainRow, plainRelation } from './objects.test-support.ts';

const TABLE = 9 as TableId;
const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

const implementations: Record<string, (folder: string) => Promise<Objects>> = {
  'a folder': (folder) =>
    DirectoryObjects.open({ folder: `${folder}/objects`, disk: nodeDisk, random: systemRandom }),
  memory: async () => new InMemoryObjects(nodeDisk),
};

async function open(create: (folder: string) => Promise<Objects>) {
  const folder = await mkdtemp(`${tmpdir()}/tessera-magnetic-`);
  cleanups.push(() => rm(folder, { recursive: true }));
  await mkdir(`${folder}/magnetic`);
  const store = await MagneticStore.open({
    objects: await create(folder),
    folder: `${folder}/magnetic`,
    disk: nodeDisk,
    random: systemRandom,
    metrics: magneticMetrics(new Registry(), () => ({ objects: 0, bytes: 0 })),
    logger: { warn: () => {} },
  });
  const engine = await openEngine({
    memoryLimitBytes: 128 * 1024 * 1024,
    threads: 2,
    tempDirectory: `${folder}/spill`,
    allowedDirectories: store.engineFolders,
  });
  cleanups.push(() => engine.close());
  return { store, engine };
}

async function sealed(
  { store, engine }: { readonly store: MagneticStore; readonly engine: Engine },
  relation: string,
): Promise<TileObject> {
  const path = store.newDraft();
  const contents = await writeObject(engine, {
    ...{ layout: LAYOUT, relation, path },
    sortFirst: { kind: 'dimension', dimensionId: 1 },
  });
  if (contents === undefined) throw new Error('no rows were written');
  return { ...(await store.put(TABLE, path)), ...contents };
}

it.each(Object.entries(implementations))('with objects in %s', async (_name, create) => {
  const parts = await open(create);
  const { store, engine } = parts;
  const row = (d1: string, time: bigint, c4: number, ts_version = 1n): PlainRow => ({
    ...{ d1, measure_name: 'cpu', time, ts_version, c4 },
  });
  const relationOf = (objects: readonly TileObject[]): string =>
    objectsRelation({
      objects: objects.map(({ key, rows }) => ({ path: store.path(key), rows })),
      columns: heldBy(LAYOUT),
    }) ?? '';
  const cells = (relation: string): Promise<VectorValue[][]> =>
    readRows(engine, `SELECT d1, "time", c4 FROM (${relation}) ORDER BY ALL`);

  const older = await sealed(parts, plainRelation(LAYOUT, [row('a', 1n, 1), row('b', 1n, 2)]));
  expect(older).toMatchObject({ rows: 2, dimensions: [1], columns: [4], measureNames: ['cpu'] });
  const merge = {
    sources: [
      relationOf([older]),
      plainRelation(LAYOUT, [row('a', 1n, 10, 2n), row('b', 1n, 20), row('c', 2n, 30)]),
    ],
    dimensions: ['d0', 'd1'],
    measures: ['c0', 'c4', 'c5', 'c6', 'c7', 'c8'],
  };
  const newer = await sealed(parts, mergedRelation(merge));
  expect(await cells(rejectedRelation(merge))).toEqual([['b', 1n, 20]]);

  const release = store.pin([older.key]);
  store.retire([older.key]);
  await store.settled();
  expect(await cells(relationOf([older]))).toEqual([
    ['a', 1n, 1],
    ['b', 1n, 2],
  ]);
  release();
  await store.settled();
  expect(await cells(relationOf([newer]))).toEqual([
    ['a', 1n, 10],
    ['b', 1n, 2],
    ['c', 2n, 30],
  ]);
  expect(await store.collectGarbage(new Set([newer.key]))).toBe(0);
});

it('an engine reaches no other folder of the server', async () => {
  const { store, engine } = await open(implementations['a folder']!);
  const [drafts = ''] = store.engineFolders;
  const path = drafts.replace(/drafts$/, 'elsewhere.parquet');
  const plan = { layout: LAYOUT, relation: plainRelation(LAYOUT, [{}]), sortFirst: undefined };
  await expect(writeObject(engine, { ...plan, path })).rejects.toThrow('elsewhere.parquet');
});
