/** What every object store promises, run against each implementation. */
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { afterEach, describe, expect, it } from 'vitest';
import { type Disk, readWhole, writeWhole } from '../../host/disk.ts';
import { FaultyDisk } from '../../host/faulty-disk.ts';
import { nodeDisk } from '../../host/node-disk.ts';
import { seededRandom, systemRandom } from '../../host/random.ts';
import { checkObjectKey, DirectoryObjects, InMemoryObjects, type Objects } from './api.ts';

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

interface Store {
  readonly objects: Objects;
  /** Where the test may put files, and their folder. */
  readonly disk: Disk;
  readonly folder: string;
}

const implementations: Record<string, () => Promise<Store>> = {
  'in memory': async () => {
    const disk = new FaultyDisk();
    return { objects: new InMemoryObjects(disk), disk, folder: '' };
  },
  'in a real folder': async () => {
    const folder = await mkdtemp(`${tmpdir()}/tessera-objects-`);
    cleanups.push(() => rm(folder, { recursive: true }));
    const options = { folder: `${folder}/objects`, disk: nodeDisk, random: systemRandom };
    return { objects: await DirectoryObjects.open(options), disk: nodeDisk, folder };
  },
  'in a simulated folder': async () => {
    const disk = new FaultyDisk();
    const options = { folder: '/objects', disk, random: seededRandom(1) };
    return { objects: await DirectoryObjects.open(options), disk, folder: '' };
  },
};

describe.each(Object.entries(implementations))('objects %s', (_name, create) => {
  it('gives back what was put', async () => {
    const { objects } = await create();
    expect(await objects.putIfAbsent('tiles/7/a.parquet', text('body'))).toBe('stored');
    expect(await objects.get('tiles/7/a.parquet')).toEqual(text('body'));
  });

  it('keeps the first of two puts under one key', async () => {
    const { objects } = await create();
    const puts = ['one', 'two'].map((body) => objects.putIfAbsent('k', text(body)));
    expect((await Promise.all(puts)).toSorted()).toEqual(['present', 'stored']);
    const kept = await objects.get('k');
    expect(await objects.putIfAbsent('k', text('three'))).toBe('present');
    expect(await objects.get('k')).toEqual(kept);
  });

  it('answers undefined for a key that nobody put', async () => {
    const { objects } = await create();
    expect(await objects.get('no/such/key')).toBeUndefined();
  });

  it('lists keys by prefix, in order of the keys and not of the folders', async () => {
    const { objects } = await create();
    const keys = ['a/x', 'a-b', 'a.c', 'a/y/z', 'b/1', 'a0'];
    for (const key of keys) await objects.putIfAbsent(key, text(key));
    expect(await listed(objects, '')).toEqual(['a-b', 'a.c', 'a/x', 'a/y/z', 'a0', 'b/1']);
    expect(await listed(objects, 'a/')).toEqual(['a/x', 'a/y/z']);
    expect(await listed(objects, 'a/y/z')).toEqual(['a/y/z']);
    expect(await listed(objects, 'none/')).toEqual([]);
  });

  it('deletes, also what is not there', async () => {
    const { objects } = await create();
    await objects.putIfAbsent('k', text('body'));
    await objects.delete('k');
    await objects.delete('k');
    expect(await objects.get('k')).toBeUndefined();
    expect(await listed(objects, '')).toEqual([]);
  });

  it('takes over a file, whatever the outcome', async () => {
    const { objects, disk, folder } = await create();
    for (const [body, outcome] of [
      ['first', 'stored'],
      ['second', 'present'],
    ] as const) {
      await writeWhole(disk, `${folder}/made`, text(body));
      expect(await objects.putFileIfAbsent('taken', `${folder}/made`)).toBe(outcome);
      await expect(readWhole(disk, `${folder}/made`)).rejects.toMatchObject({ code: 'ENOENT' });
    }
    expect(await objects.get('taken')).toEqual(text('first'));
  });

  it('copies neither in nor out by reference', async () => {
    const { objects } = await create();
    const body = text('body');
    await objects.putIfAbsent('k', body);
    body.fill(0);
    (await objects.get('k'))?.fill(1);
    expect(await objects.get('k')).toEqual(text('body'));
  });

  it.each(['../x', '/x', 'a//b', 'a/', '', '.hidden', 'a/../b', 'a/.b', 'a b', 'ä', 'a\\b'])(
    'refuses the key %j',
    async (key) => {
      const { objects } = await create();
      expect(() => checkObjectKey(key)).toThrow('not an object key');
      await expect(objects.putIfAbsent(key, text(''))).rejects.toThrow('not an object key');
      await expect(objects.get(key)).rejects.toThrow('not an object key');
      await expect(objects.delete(key)).rejects.toThrow('not an object key');
    },
  );
});

describe('directory objects', () => {
  it('leave no drafts behind', async () => {
    const { objects, folder } = await implementations['in a real folder']!();
    await objects.putIfAbsent('a/b', text('1'));
    await objects.putIfAbsent('a/b', text('2'));
    expect(await readdir(`${folder}/objects/.drafts`)).toEqual([]);
    expect(objects.localPath('a/b')).toBe(`${folder}/objects/a/b`);
  });

  it('are whole or absent after a power cut at any operation, and there once acknowledged', async () => {
    const body = seededRandom(9).bytes(3000);
    for (let seed = 0; seed < 200; seed++) {
      const random = seededRandom(seed);
      const disk = new FaultyDisk();
      const options = { folder: '/objects', disk, random };
      const objects = await DirectoryObjects.open(options);
      let stored = false;
      const put = objects.putIfAbsent('a/b/c', body).then(
        () => {
          stored = true;
        },
        () => {}, // Interrupted by the cut.
      );
      for (let i = random.integer(40); i > 0; i--) await Promise.resolve();
      if (random.integer(2) === 0) await new Promise((resolve) => setImmediate(resolve));
      const acknowledged = stored;
      disk.powerCut('torn', random);
      await put;
      const again = await DirectoryObjects.open(options);
      const found = await again.get('a/b/c');
      if (acknowledged) expect(found).toEqual(body);
      if (found !== undefined) expect(found).toEqual(body);
      expect(await disk.list('/objects/.drafts')).toEqual([]);
    }
  });
});

async function listed(objects: Objects, prefix: string): Promise<string[]> {
  const keys: string[] = [];
  for await (const key of objects.list(prefix)) keys.push(key);
  return keys;
}

function text(value: string): Uint8Array {
  return new TextEncoder().encode(value);
}
