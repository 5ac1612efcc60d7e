import { describe, expect, it } from 'vitest';
import type { LogIndex } from '../../base/brand.ts';
import { systemClock } from '../../host/clock.ts';
import { FaultyDisk } from '../../host/faulty-disk.ts';
import { seededRandom } from '../../host/random.ts';
import { InMemoryLogs, LocalLogs } from '../log/api.ts';
import { DirectoryObjects, InMemoryObjects, type Objects } from '../objects/api.ts';
import {
  type GuardedLog,
  guardOwnLog,
  type Metadata,
  MetadataDamaged,
  type MetadataModel,
  openMetadata,
  readMetadata,
  UnknownRecord,
} from './api.ts';

/** Counters by name; version 2 of `add` can add more than one. */
type Rec =
  | { readonly v: 1; readonly kind: 'add'; readonly name: string }
  | { readonly v: 2; readonly kind: 'add'; readonly name: string; readonly by: number }
  | { readonly v: 1; readonly kind: 'clear'; readonly name: string };

type State = Readonly<Record<string, number>>;

const model: MetadataModel<State, Rec> = {
  initial: {},
  versions: { add: 2, clear: 1 },
  fold(state, record) {
    const { [record.name]: before, ...others } = state;
    if (record.kind === 'clear') return others;
    return { ...others, [record.name]: (before ?? 0) + (record.v === 2 ? record.by : 1) };
  },
  snapshot: { version: 1, toJson: (state) => state, fromJson: (json) => json as State },
};

const add = (name: string): Rec => ({ v: 1, kind: 'add', name });

describe('metadata', () => {
  it('folds what is changed and is rebuilt from the log', async () => {
    const world = newWorld();
    const metadata = await world.open();
    await metadata.change(() => add('a'));
    expect(await metadata.change(() => ({ v: 2, kind: 'add', name: 'a', by: 4 }))).toEqual({
      a: 5,
    });
    expect(metadata.state).toEqual({ a: 5 });
    await metadata.close();
    expect((await world.open()).state).toEqual({ a: 5 });
  });

  it('decides on the newest state, one change after the other', async () => {
    const metadata = await newWorld().open();
    const once = () =>
      metadata.change((state) => (state['a'] === undefined ? add('a') : new Error('exists')));
    const results = await Promise.allSettled([once(), once(), once()]);
    expect(results.map((result) => result.status)).toEqual(['fulfilled', 'rejected', 'rejected']);
    expect(metadata.state).toEqual({ a: 1 });
    expect(await metadata.change(() => undefined)).toEqual({ a: 1 });
    expect(metadata.position).toBe(1);
  });

  it('goes on after a decision that threw', async () => {
    const metadata = await newWorld().open();
    const thrown = metadata.change(() => {
      throw new Error('no');
    });
    await expect(thrown).rejects.toThrow('no');
    expect(await metadata.change(() => add('a'))).toEqual({ a: 1 });
  });

  it('lets one of two racing writers win, and the other decide again', async () => {
    const world = sharedWorld();
    const [left, right] = [await world.open(), await world.open()];
    const claim = (metadata: Metadata<State, Rec>) => {
      let decisions = 0;
      const decide = (state: State) => {
        decisions += 1;
        return state['owner'] === undefined ? add('owner') : new Error('taken');
      };
      return metadata.change(decide).then(
        () => ({ won: true, decisions }),
        () => ({ won: false, decisions }),
      );
    };
    const outcomes = await Promise.all([claim(left), claim(right)]);
    expect(outcomes).toContainEqual({ won: true, decisions: 1 });
    expect(outcomes).toContainEqual({ won: false, decisions: 2 });
    expect(await left.catchUp()).toEqual({ owner: 1 });
    expect(await right.catchUp()).toEqual({ owner: 1 });
  });

  it('loses no change of many racing writers', async () => {
    const world = sharedWorld();
    const writers = await Promise.all([world.open(), world.open(), world.open()]);
    const changes = writers.flatMap((writer) =>
      Array.from({ length: 20 }, () => writer.change(() => add('n'))),
    );
    await Promise.all(changes);
    for (const writer of writers) expect(await writer.catchUp()).toEqual({ n: 60 });
  });

  it('appends at an expected position or reports the conflict', async () => {
    const metadata = await newWorld().open();
    expect(await metadata.append(add('a'), 0 as LogIndex)).toBe('appended');
    expect(await metadata.append(add('a'), 0 as LogIndex)).toBe('conflict');
    expect(metadata.state).toEqual({ a: 1 });
  });

  it('tells each change to those who follow', async () => {
    const world = sharedWorld();
    const [writer, follower] = [await world.open(), await world.open()];
    const seen: unknown[] = [];
    const stop = follower.onChange((state, record, index) =>
      seen.push([state, record.kind, index]),
    );
    await writer.change(() => add('a'));
    await follower.catchUp();
    stop();
    await follower.change(() => add('a'));
    expect(seen).toEqual([[{ a: 1 }, 'add', 0]]);
  });
});

describe('metadata snapshots', () => {
  it('plus the tail give what a full replay gives', async () => {
    for (let seed = 0; seed < 20; seed++) {
      const random = seededRandom(seed);
      const full = newWorld({ snapshotRecords: 1_000_000 });
      const short = newWorld({ snapshotRecords: 1 + random.integer(9) });
      const [a, b] = [await full.open(), await short.open()];
      for (let i = random.integer(60); i > 0; i--) {
        const name = `n${random.integer(4)}`;
        const record: Rec = random.integer(4) === 0 ? { v: 1, kind: 'clear', name } : add(name);
        await Promise.all([a.change(() => record), b.change(() => record)]);
      }
      const expected = a.state;
      await Promise.all([a.close(), b.close()]);
      expect((await full.open()).state).toEqual(expected);
      expect((await short.open()).state).toEqual(expected);
    }
  });

  it('are read with the tail, without opening anything', async () => {
    const world = newWorld({ snapshotRecords: 1_000_000 });
    const metadata = await world.open();
    for (let i = 0; i < 5; i++) await metadata.change(() => add('a'));
    await metadata.takeSnapshot();
    for (let i = 0; i < 2; i++) await metadata.change(() => add('b'));
    await metadata.close();
    const log = await world.logs.open('metadata', { writer: 'test' });
    const next = log.next;
    const read = await readMetadata({ log, objects: world.objects, model, prefix: 'meta' });
    expect(read).toEqual({ state: { a: 5, b: 2 }, position: next });
    expect(log.next).toBe(next);
    expect(await world.snapshots()).toHaveLength(1);
  });

  it('trim the log and delete all but the last two', async () => {
    const world = newWorld();
    const metadata = await world.open();
    for (let round = 0; round < 4; round++) {
      for (let i = 0; i < 5; i++) await metadata.change(() => add('a'));
      await metadata.takeSnapshot();
    }
    const keys = await world.snapshots();
    expect(keys.map((key) => Number(key.slice(5, 25)))).toEqual([17, 23]);
    await metadata.close();
    const log = await world.logs.open('metadata', { writer: 'test' });
    expect(log.first).toBe(23);
    await log.close();
    expect((await world.open()).state).toEqual({ a: 20 });
  });

  it('survive a crash at any operation of the disk', async () => {
    for (let seed = 0; seed < 150; seed++) await crashSomewhere(seed);
  });

  it('that fail in the background are reported and tried again later', async () => {
    const failures: unknown[] = [];
    const world = newWorld({
      snapshotRecords: 3,
      onSnapshotFailed: (error) => failures.push(error),
    });
    const put = world.objects.putIfAbsent.bind(world.objects);
    world.objects.putIfAbsent = () => Promise.reject(new Error('no room'));
    const metadata = await world.open();
    for (let i = 0; i < 4; i++) await metadata.change(() => add('a'));
    expect(failures).toEqual([new Error('no room')]);
    world.objects.putIfAbsent = put;
    for (let i = 0; i < 4; i++) await metadata.change(() => add('a'));
    await metadata.close();
    expect(await world.snapshots()).toHaveLength(1);
    expect((await world.open()).state).toEqual({ a: 8 });
  });
});

describe('metadata refuses to start', () => {
  it('on a record version it does not know, naming the version needed', async () => {
    const world = newWorld();
    await world.write('{"v":3,"kind":"add","name":"a"}');
    const opened = world.open();
    await expect(opened).rejects.toBeInstanceOf(UnknownRecord);
    await expect(opened).rejects.toThrow(/"add" version 3.*up to version 2/);
  });

  it.each(['rename', 'constructor'])('on a record of the unknown kind %s', async (kind) => {
    const world = newWorld();
    await world.write(`{"v":1,"kind":"${kind}"}`);
    await expect(world.open()).rejects.toBeInstanceOf(UnknownRecord);
  });

  it.each(['not json', '{}', '{"v":0,"kind":"add"}', 'null'])(
    'on the record %s',
    async (record) => {
      const world = newWorld();
      await world.write(record);
      await expect(world.open()).rejects.toBeInstanceOf(MetadataDamaged);
    },
  );

  it('on a snapshot that is missing, damaged or of a newer version', async () => {
    const world = newWorld();
    const metadata = await world.open();
    await metadata.change(() => add('a'));
    await metadata.takeSnapshot();
    await metadata.close();
    const [key] = await world.snapshots();
    const bytes = (await world.objects.get(key!))!;
    const replaceBy = async (text: string) => {
      await world.objects.delete(key!);
      await world.objects.putIfAbsent(key!, new TextEncoder().encode(text));
    };
    const text = new TextDecoder().decode(bytes);
    await replaceBy(text.replace('"a":1', '"a":2'));
    await expect(world.open()).rejects.toThrow('does not match its checksum');
    await replaceBy(text.replace('"version":1', '"version":2'));
    await expect(world.open()).rejects.toBeInstanceOf(UnknownRecord);
    await world.objects.delete(key!);
    await expect(world.open()).rejects.toThrow('is missing');
  });

  it('on an empty log beside snapshots', async () => {
    const world = newWorld();
    await world.objects.putIfAbsent('meta/00000000000000000007-x.json', new Uint8Array(1));
    await expect(world.open()).rejects.toThrow('the metadata log is empty');
  });
});

/** Changes and snapshots until the power goes; what was acknowledged must be there again. */
async function crashSomewhere(seed: number): Promise<void> {
  const random = seededRandom(seed);
  const disk = new FaultyDisk();
  await disk.makeFolder('/logs');
  const open = async () => {
    const lease = { stillHeld: () => true };
    const options = { folder: '/logs', disk, clock: systemClock, random, lease };
    const logs = new LocalLogs({ ...options, segmentBytes: 256 });
    const objects = await DirectoryObjects.open({ folder: '/objects', disk, random });
    const log = guardOwnLog(await logs.open('metadata', { writer: 'test' }));
    const onSnapshotFailed = () => {};
    return openMetadata({
      log,
      objects,
      model,
      prefix: 'meta',
      snapshotRecords: 4,
      onSnapshotFailed,
    });
  };
  let acknowledged = 0;
  for (let round = 0; round < 3; round++) {
    const metadata = await open();
    const found = metadata.state['a'] ?? 0;
    expect(found, `seed ${seed}`).toBeGreaterThanOrEqual(acknowledged);
    expect(found, `seed ${seed}`).toBeLessThanOrEqual(acknowledged + 1);
    acknowledged = found;
    let running = true;
    const writing = (async () => {
      while (running) {
        await metadata.change(() => add('a'));
        acknowledged += 1;
      }
    })().catch(() => {}); // Ended by the cut.
    for (let i = random.integer(40); i > 0; i--)
      await new Promise((resolve) => setImmediate(resolve));
    disk.powerCut('torn', random);
    running = false;
    await writing;
  }
}

function newWorld(
  settings: { snapshotRecords?: number; onSnapshotFailed?(error: unknown): void } = {},
) {
  const logs = new InMemoryLogs();
  const objects: Objects = new InMemoryObjects(new FaultyDisk());
  const openLog = () => logs.open('metadata', { writer: 'test' });
  const fail = (error: unknown) => {
    throw error;
  };
  return {
    logs,
    objects,
    open: async () => {
      const log = guardOwnLog(await openLog());
      return openMetadata({
        log,
        objects,
        model,
        prefix: 'meta',
        onSnapshotFailed: fail,
        ...settings,
      });
    },
    write: async (record: string) => (await openLog()).append(new TextEncoder().encode(record)),
    snapshots: async () => {
      const keys: string[] = [];
      for await (const key of objects.list('meta/')) keys.push(key);
      return keys;
    },
  };
}

/** One log that several writers append to, as a cluster has it. */
function sharedWorld() {
  const records: Uint8Array[] = [];
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  const log: GuardedLog = {
    first: 0 as LogIndex,
    async appendAt(expected, payload) {
      await turn();
      if (expected !== records.length) return 'conflict';
      records.push(payload);
      await turn();
      return 'appended';
    },
    async *read(from) {
      const until = records.length;
      for (let index = from; index < until; index = (index + 1) as LogIndex) {
        yield { index, payload: records[index]! };
      }
    },
    trim: async () => {},
    close: async () => {},
  };
  const objects = new InMemoryObjects(new FaultyDisk());
  const onSnapshotFailed = (error: unknown) => {
    throw error;
  };
  return { open: () => openMetadata({ log, objects, model, prefix: 'meta', onSnapshotFailed }) };
}
