/**
 * The main thread's end of the sealing thread: one order at a time, and a new thread when one died.
 */
import { Worker } from 'node:worker_threads';
import { assert } from '../base/assert.ts';
import type { MemoryStore, SlabFeed } from '../memory/api.ts';
import type {
  FromSealThread,
  SealOrder,
  SealResult,
  SealThreadSettings,
  ToSealThread,
} from './seal-protocol.ts';

export interface SealerOptions {
  readonly settings: SealThreadSettings;
  readonly memory: MemoryStore;
}

/** Carries out seal orders; a test has one that runs in place. */
export interface Sealer {
  seal(order: SealOrder): Promise<SealResult>;
  stop(): Promise<void>;
}

interface Thread {
  readonly worker: Worker;
  readonly slabFeed: SlabFeed;
  readonly ready: Promise<void>;
  readonly ended: Promise<void>;
}

export class ThreadSealer implements Sealer {
  readonly #options: SealerOptions;
  #thread: Thread | undefined;
  #pending:
    | { readonly resolve: (result: SealResult) => void; readonly reject: (error: Error) => void }
    | undefined;

  constructor(options: SealerOptions) {
    this.#options = options;
  }

  async seal(order: SealOrder): Promise<SealResult> {
    assert(this.#pending === undefined, 'seals come one after the other');
    const thread = this.#started();
    await thread.ready;
    return await new Promise((resolve, reject) => {
      this.#pending = { resolve, reject };
      const message: ToSealThread = { kind: 'seal', order, slabs: thread.slabFeed.take() };
      thread.worker.postMessage(message);
    });
  }

  /** After the seal at work, if there is one. */
  async stop(): Promise<void> {
    const thread = this.#thread;
    if (thread === undefined) return;
    thread.worker.postMessage({ kind: 'stop' } satisfies ToSealThread);
    await thread.ended;
  }

  #started(): Thread {
    this.#thread ??= this.#start();
    return this.#thread;
  }

  #start(): Thread {
    const { settings, memory } = this.#options;
    const worker = new Worker(new URL('./seal-thread.js', import.meta.url), {
      workerData: settings,
      name: 'seal',
    });
    let failure = new Error('the sealing thread ended');
    let isReady = (): void => {};
    let isEnded = (): void => {};
    const ready = new Promise<void>((resolve) => {
      isReady = resolve;
    });
    const ended = new Promise<void>((resolve) => {
      isEnded = resolve;
    });
    worker.on('message', (message: FromSealThread) => {
      if (message.kind === 'ready') isReady();
      else this.#settle(message);
    });
    worker.on('error', (error) => {
      failure = error instanceof Error ? error : new Error(String(error));
    });
    worker.on('exit', () => {
      this.#thread = undefined;
      isReady();
      isEnded();
      this.#settle({ kind: 'failed', text: String(failure.stack ?? failure) });
    });
    return { worker, slabFeed: memory.createSlabFeed(), ready, ended };
  }

  #settle(message: Exclude<FromSealThread, { readonly kind: 'ready' }>): void {
    const pending = this.#pending;
    this.#pending = undefined;
    if (message.kind === 'sealed') pending?.resolve(message.result);
    else pending?.reject(new Error(message.text));
  }
}
