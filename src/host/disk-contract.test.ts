/** What every disk does, the real one and the simulated one. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { afterEach, describe, expect, it } from 'vitest';
import { type Disk, makeDurableFolder, parentFolder, readWhole, writeWhole } from './disk.ts';
import { FaultyDisk } from './faulty-disk.ts';
import { nodeDisk } from './node-disk.ts';
import { seededRandom } from './random.ts';

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

const implementations: Record<string, () => Promise<{ disk: Disk; folder: string }>> = {
  'on node:fs': async () => {
    const folder = await mkdtemp(`${tmpdir()}/tessera-disk-`);
    cleanups.push(() => rm(folder, { recursive: true }));
    return { disk: nodeDisk, folder };
  },
  simulated: async () => {
    const disk = new FaultyDisk();
    await disk.makeFolder('/disk');
    return { disk, folder: '/disk' };
  },
};

describe.each(Object.entries(implementations))('disk %s', (_name, create) => {
  it('writes many buffers at a position and reads them back', async () => {
    const { disk, folder } = await create();
    const file = await disk.open(`${folder}/f`, 'create');
    const buffers = Array.from({ length: 3000 }, (_, i) => Uint8Array.of(i, i >> 8));
    await file.write(buffers, 3);
    expect(await file.size()).toBe(6003);
    const read = new Uint8Array(10_000);
    expect(await file.read(read, 3)).toBe(6000);
    expect([...read.subarray(5998, 6001)]).toEqual([2999 & 0xff, 2999 >> 8, 0]);
    await file.truncate(4);
    expect(await file.read(read, 0)).toBe(4);
    await file.datasync();
    await file.close();
  });

  it('opens as asked: must exist, must not exist', async () => {
    const { disk, folder } = await create();
    await expect(disk.open(`${folder}/f`, 'read')).rejects.toMatchObject({ code: 'ENOENT' });
    await expect(disk.open(`${folder}/f`, 'update')).rejects.toMatchObject({ code: 'ENOENT' });
    await expect(disk.open(`${folder}/no/f`, 'create')).rejects.toMatchObject({ code: 'ENOENT' });
    await writeWhole(disk, `${folder}/f`, Uint8Array.of(1));
    await expect(disk.open(`${folder}/f`, 'create')).rejects.toMatchObject({ code: 'EEXIST' });
  });

  it('renames over, links once, removes and lists', async () => {
    const { disk, folder } = await create();
    for (const name of ['b', 'a']) await writeWhole(disk, `${folder}/${name}`, Buffer.from(name));
    await disk.rename(`${folder}/b`, `${folder}/a`);
    expect(Buffer.from(await readWhole(disk, `${folder}/a`)).toString()).toBe('b');
    await disk.link(`${folder}/a`, `${folder}/z`);
    await expect(disk.link(`${folder}/a`, `${folder}/z`)).rejects.toMatchObject({ code: 'EEXIST' });
    await makeDurableFolder(disk, `${folder}/m/n`, folder);
    expect(await disk.list(folder)).toEqual([
      { name: 'a', kind: 'file' },
      { name: 'm', kind: 'folder' },
      { name: 'z', kind: 'file' },
    ]);
    await disk.remove(`${folder}/a`);
    await expect(disk.remove(`${folder}/a`)).rejects.toMatchObject({ code: 'ENOENT' });
    await expect(disk.list(`${folder}/none`)).rejects.toMatchObject({ code: 'ENOENT' });
    expect(parentFolder(`${folder}/a`)).toBe(folder);
  });
});

describe('faulty disk', () => {
  const cut = async (loss: 'everything' | 'nothing') => {
    const disk = new FaultyDisk();
    const file = await disk.open('/synced', 'create');
    await file.write([Buffer.from('durable')], 0);
    await file.datasync();
    await disk.syncFolder('/');
    await file.write([Buffer.from('lost')], 7);
    await writeWhole(disk, '/unnamed', Buffer.from('x'));
    disk.powerCut(loss, seededRandom(1));
    await expect(file.write([Buffer.from('!')], 0)).rejects.toThrow('the power was cut');
    const names = (await disk.list('/')).map((entry) => entry.name);
    return { names, synced: Buffer.from(await readWhole(disk, '/synced')).toString() };
  };

  it('loses what was not synced, bytes and names', async () => {
    expect(await cut('everything')).toEqual({ names: ['synced'], synced: 'durable' });
    expect(await cut('nothing')).toEqual({ names: ['synced', 'unnamed'], synced: 'durablelost' });
  });

  it('tears writes into sectors in any order', async () => {
    const seen = new Set<string>();
    for (let seed = 0; seed < 40; seed++) {
      const disk = new FaultyDisk();
      const file = await disk.open('/f', 'create');
      await disk.syncFolder('/');
      await file.write([new Uint8Array(1024).fill(1)], 0);
      disk.powerCut('torn', seededRandom(seed));
      const bytes = await readWhole(disk, '/f');
      seen.add(`${bytes.length}:${bytes[0] ?? '-'}`);
    }
    expect(seen).toEqual(new Set(['0:-', '1024:0', '1024:1', '512:1']));
  });

  it('fails the nth call, and forgets what a failed sync had pending', async () => {
    const disk = new FaultyDisk();
    const file = await disk.open('/f', 'create');
    await disk.syncFolder('/');
    disk.failNth('write', 2, { keepBytes: 1 });
    disk.failNth('datasync', 1);
    await file.write([Buffer.from('ab')], 0);
    await expect(file.write([Buffer.from('cd')], 2)).rejects.toMatchObject({ code: 'EIO' });
    await expect(file.datasync()).rejects.toMatchObject({ code: 'EIO' });
    await file.datasync();
    expect(Buffer.from(await readWhole(disk, '/f')).toString()).toBe('abc');
    disk.powerCut('everything', seededRandom(1));
    expect(await readWhole(disk, '/f')).toHaveLength(0);
  });
});
