/**
 * The bus when every role runs in this process: a request is a call, on a later turn of the event
 * loop, so that a caller cannot come to rely on an immediate answer.
 *
 * Payloads are handed over, not copied; neither side changes them afterwards.
 */
import { assert } from '../../base/assert.ts';
import { BUS_REQUESTS_MAX } from '../../base/limits.ts';
import type { Timers } from '../../host/timers.ts';
import { type Bus, BusError, type BusHandler, type BusRequest, type Heartbeat } from './bus.ts';

type BeatListener = (heartbeat: Heartbeat) => void;

interface Role {
  readonly members: Map<string, BusHandler>;
  readonly watchers: Set<BeatListener>;
  /** Whose turn it is among the members. */
  turn: number;
}

export class InProcessBus implements Bus {
  readonly #timers: Timers;
  readonly #roles = new Map<string, Role>();
  #pending = 0;
  #open: boolean = true;

  constructor(timers: Timers) {
    this.#timers = timers;
  }

  async request(request: BusRequest): Promise<Uint8Array> {
    this.#requireOpen();
    if (this.#pending >= BUS_REQUESTS_MAX) {
      throw new BusError('overloaded', `${this.#pending} requests wait for a reply`);
    }
    const handler = this.#choose(request);
    this.#pending += 1;
    try {
      return await this.#withTimeout(request, call(handler, request));
    } finally {
      this.#pending -= 1;
    }
  }

  serve(role: string, member: string, handler: BusHandler): () => void {
    this.#requireOpen();
    const { members } = this.#role(role);
    assert(!members.has(member), `${member} serves ${role} already`);
    members.set(member, handler);
    return () => members.delete(member);
  }

  beat(heartbeat: Heartbeat): void {
    this.#requireOpen();
    for (const watcher of [...this.#role(heartbeat.role).watchers]) watcher(heartbeat);
  }

  watch(role: string, onBeat: BeatListener): () => void {
    this.#requireOpen();
    const { watchers } = this.#role(role);
    const watcher: BeatListener = (heartbeat) => onBeat(heartbeat);
    watchers.add(watcher);
    return () => watchers.delete(watcher);
  }

  async close(): Promise<void> {
    this.#open = false;
    this.#roles.clear();
  }

  #choose({ role: name, member }: BusRequest): BusHandler {
    const role = this.#role(name);
    const handlers = [...role.members.values()];
    const handler =
      member === undefined
        ? handlers[role.turn++ % Math.max(1, handlers.length)]
        : role.members.get(member);
    if (handler === undefined) {
      throw new BusError('no-member', `nobody serves ${name}${member ? ` as ${member}` : ''}`);
    }
    return handler;
  }

  #withTimeout(request: BusRequest, reply: Promise<Uint8Array>): Promise<Uint8Array> {
    const { role, timeoutMs } = request;
    return new Promise((resolve, reject) => {
      const cancel = this.#timers.after(timeoutMs, () =>
        reject(new BusError('timeout', `${role} did not reply within ${timeoutMs} ms`)),
      );
      reply.then(resolve, reject).finally(cancel);
    });
  }

  #role(name: string): Role {
    let role = this.#roles.get(name);
    if (role === undefined) {
      role = { members: new Map(), watchers: new Set(), turn: 0 };
      this.#roles.set(name, role);
    }
    return role;
  }

  #requireOpen(): void {
    if (!this.#open) throw new BusError('closed', 'the bus is closed');
  }
}

async function call(handler: BusHandler, { role, payload }: BusRequest): Promise<Uint8Array> {
  await new Promise((resolve) => setImmediate(resolve));
  try {
    return await handler(payload);
  } catch (error) {
    const what = error instanceof Error ? error.message : String(error);
    throw new BusError('handler-failed', `${role} failed: ${what}`, error);
  }
}
