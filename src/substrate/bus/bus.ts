/**
 * The bus seam: request/reply to whoever plays a role, and heartbeats.
 *
 * A role is a name such as `memory` or `memory.shard-3`; any number of members may serve it. A
 * request reaches exactly one of them, or a named one. There is no delivery guarantee beyond that:
 * a request that fails may or may not have been carried out, so handlers are idempotent.
 *
 * Payloads are bytes, so that a test on one machine exercises the same codecs as a cluster does.
 * Bulk results do not travel here.
 */

export interface BusRequest {
  readonly role: string;
  /** Ask this member; without it the bus picks one, fairly. */
  readonly member?: string;
  readonly payload: Uint8Array;
  readonly timeoutMs: number;
}

export type BusHandler = (payload: Uint8Array) => Promise<Uint8Array>;

export interface Heartbeat {
  readonly role: string;
  readonly member: string;
  /** Small and JSON: addresses, versions, load. */
  readonly status: Readonly<Record<string, string | number | boolean>>;
}

export interface Bus {
  request(request: BusRequest): Promise<Uint8Array>;
  /** Serves a role as `member` until the returned function is called. */
  serve(role: string, member: string, handler: BusHandler): () => void;
  /** Tells everybody who watches the role that `member` is alive. */
  beat(heartbeat: Heartbeat): void;
  /** Calls back for every heartbeat of the role until the returned function is called. */
  watch(role: string, onBeat: (heartbeat: Heartbeat) => void): () => void;
  close(): Promise<void>;
}

/** Why a request has no reply. */
export class BusError extends Error {
  override readonly name = 'BusError';
  readonly reason: 'no-member' | 'timeout' | 'handler-failed' | 'overloaded' | 'closed';

  constructor(reason: BusError['reason'], message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.reason = reason;
  }
}
