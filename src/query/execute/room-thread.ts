/**
 * The inside of a query worker: opens the engine, then runs statements as the main thread asks
 * (room-protocol.ts) and encodes their results, so that neither costs the main thread time.
 *
 * Invariant: the thread leaves only when all runs are interrupted and closed; ending it with a
 * statement running would take the whole process down.
 */
import { setFlagsFromString } from 'node:v8';
import { parentPort, workerData } from 'node:worker_threads';
import { known } from '../../base/assert.ts';
import { EngineError, openEngine } from '../../engine/api.ts';
import { systemMemory } from '../../host/process-memory.ts';
import { Slabs } from '../../memory/api.ts';
import { REGEXP_V8_FLAGS } from '../kernels/api.ts';
import { registerKernels } from './register-kernels.ts';
import { ResidentObjects } from './resident-objects.ts';
import type { FromWorker, ToWorker, WorkerSettings } from './room-protocol.ts';
import { ThreadRun } from './thread-run.ts';
import { TileDictionaries } from './tile-dictionaries.ts';

const port = known(parentPort, 'the port of a query worker');
const settings = workerData as WorkerSettings;
const ceiling = new Float64Array(settings.memoryCeiling);
const slabs = new Slabs();
const dictionaries = new TileDictionaries();
const runs = new Map<number, ThreadRun>();

const engine = await openEngine({
  memoryLimitBytes: settings.memoryBytesMax,
  threads: settings.threads,
  tempDirectory: settings.tempDir,
  allowedDirectories: settings.allowedDirectories,
});
// Before any pattern is compiled: an exploding one then falls back to V8's linear engine.
for (const flag of REGEXP_V8_FLAGS) setFlagsFromString(flag);
registerKernels(engine, (bytes) => {
  if (systemMemory.residentBytes() + bytes <= (ceiling[0] ?? 0)) return;
  throw new EngineError('out-of-memory', 'the process holds as much memory as it may');
});
const residents = new ResidentObjects(engine, settings.residentBytesMax);

function send(message: FromWorker, transfer: ArrayBuffer[] = []): void {
  port.postMessage(message, transfer);
}

async function handle(message: ToWorker): Promise<void> {
  switch (message.kind) {
    case 'run':
      for (const slab of message.slabs) slabs.add(slab);
      runs.set(
        message.run,
        new ThreadRun({ engine, slabs, dictionaries, residents }, message.statement),
      );
      return;
    case 'page':
      await makePage(message.run, known(runs.get(message.run), 'a run'), message.request);
      return;
    case 'cancel':
      await end(message.run);
      return;
    case 'ping':
      send({ kind: 'pong' });
      return;
    case 'stop':
      await Promise.all([...runs.keys()].map(end));
      await engine.close();
      port.close();
      return;
  }
}

async function makePage(
  run: number,
  threadRun: ThreadRun,
  request: Parameters<ThreadRun['page']>[0],
): Promise<void> {
  const answer = await threadRun.page(request);
  if (answer.kind === 'failed') {
    send({ kind: 'failed', run, failure: answer.failure, text: answer.text });
    await end(run);
    return;
  }
  send({ kind: 'page', run, page: answer.page }, [answer.page.rows.buffer as ArrayBuffer]);
  if (answer.page.last) await end(run);
}

/** Closes a run, once: also when cancel and the last page cross each other. */
async function end(run: number): Promise<void> {
  const threadRun = runs.get(run);
  if (!threadRun) return;
  runs.delete(run);
  await threadRun.close();
  send({ kind: 'ended', run });
}

port.on('message', (message: ToWorker) => void handle(message));
send({ kind: 'ready' });
