/**
 * The inside of the sealing thread: an engine of its own with one thread, so that background work
 * takes from queries one core at most, and none of their memory.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { known } from '../base/assert.ts';
import { openEngine } from '../engine/api.ts';
import { Slabs } from '../memory/api.ts';
import type { FromSealThread, SealThreadSettings, ToSealThread } from './seal-protocol.ts';
import { writeOrder } from './write-order.ts';

const port = known(parentPort, 'the port of the sealing thread');
const settings = workerData as SealThreadSettings;
const slabs = new Slabs();
const engine = await openEngine({
  memoryLimitBytes: settings.memoryBytesMax,
  threads: 1,
  tempDirectory: settings.tempDir,
  allowedDirectories: settings.allowedDirectories,
});

function send(message: FromSealThread): void {
  port.postMessage(message);
}

async function handle(message: ToSealThread): Promise<void> {
  if (message.kind === 'stop') {
    await engine.close();
    port.close();
    return;
  }
  for (const slab of message.slabs) slabs.add(slab);
  try {
    send({ kind: 'sealed', result: await writeOrder(engine, slabs, message.order) });
  } catch (error) {
    send({ kind: 'failed', text: String((error as Error).stack ?? error) });
  }
}

port.on('message', (message: ToSealThread) => void handle(message));
send({ kind: 'ready' });
