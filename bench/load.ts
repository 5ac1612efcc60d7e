/**
 * Sends prepared requests over kept-alive connections and times each.
 *
 * Load and server share the processor, so the load has to be cheap: requests are bytes made before
 * the clock starts, and connections are plain sockets that look for the end of an answer and no
 * more. Through node:http the load would use more of the machine than the server does.
 */
import { connect, type Socket } from 'node:net';
import type { PreparedRequest } from './signed-requests.ts';

/** Of the clock that Date.now() reads, with fractions. */
export interface TimedRequest {
  readonly sentMs: number;
  readonly endMs: number;
}

export interface LoadResult {
  readonly seconds: number;
  /** Milliseconds from when a request was to be sent to its answer being complete. */
  readonly latenciesMs: readonly number[];
  /** In the order in which they ended. */
  readonly requests: readonly TimedRequest[];
}

/** As fast as the connections go. The first answer that is not 200 or 204 ends it: errors are no load. */
export async function sendAll(
  port: number,
  requests: readonly PreparedRequest[],
  connections: number,
): Promise<LoadResult> {
  const timed: TimedRequest[] = [];
  let next = 0;
  const startMs = performance.now();
  const work = async (): Promise<void> => {
    const connection = await Connection.open(port);
    for (let at = next++; at < requests.length; at = next++) {
      const sentMs = performance.now();
      await connection.send(requests[at] as PreparedRequest);
      timed.push({ sentMs, endMs: performance.now() });
    }
    connection.close();
  };
  await Promise.all(Array.from({ length: connections }, work));
  return resultOf(startMs, timed);
}

/**
 * At a fixed rate, whatever the answers do: a request that is late because the ones before it were
 * slow counts its wait, too.
 */
export async function sendPaced(
  port: number,
  requests: readonly PreparedRequest[],
  intervalMs: number,
): Promise<LoadResult> {
  const idle: Connection[] = [];
  const timed: TimedRequest[] = [];
  const underWay: Promise<void>[] = [];
  const startMs = performance.now();
  for (const [at, request] of requests.entries()) {
    const dueMs = startMs + at * intervalMs;
    const waitMs = dueMs - performance.now();
    if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
    underWay.push(
      (async () => {
        const connection = idle.pop() ?? (await Connection.open(port));
        // A timer that rang late is the load's fault, not the server's.
        const sentMs = performance.now();
        await connection.send(request);
        timed.push({ sentMs, endMs: performance.now() });
        idle.push(connection);
      })(),
    );
  }
  await Promise.all(underWay);
  for (const connection of idle) connection.close();
  return resultOf(startMs, timed);
}

/** Times so far are those of performance.now(). */
function resultOf(startMs: number, timed: readonly TimedRequest[]): LoadResult {
  const { timeOrigin } = performance;
  return {
    seconds: (performance.now() - startMs) / 1000,
    latenciesMs: timed.map(({ sentMs, endMs }) => endMs - sentMs),
    requests: timed.map(({ sentMs, endMs }) => ({
      sentMs: timeOrigin + sentMs,
      endMs: timeOrigin + endMs,
    })),
  };
}

/** For one request now and then. */
export async function sendOne(port: number, request: PreparedRequest): Promise<string> {
  const connection = await Connection.open(port);
  try {
    return await connection.send(request);
  } finally {
    connection.close();
  }
}

interface Waiting {
  readonly resolve: (body: string) => void;
  readonly reject: (error: Error) => void;
}

const HEAD_END = '\r\n\r\n';
/** With the end of the chunk before it. */
const LAST_CHUNK = '\r\n0\r\n\r\n';

/** One request at a time. */
export class Connection {
  readonly #socket: Socket;
  #received: Buffer[] = [];
  #bytes = 0;
  /** Bytes of the answer with its head, once the head is there. */
  #expected = Number.POSITIVE_INFINITY;
  /** Of an answer that comes in chunks: where they begin. */
  #chunksAt: number | undefined;
  #waiting: Waiting | undefined;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.on('data', (part) => this.#receive(part));
    socket.on('error', (error) => this.#waiting?.reject(error));
    socket.on('close', () => this.#waiting?.reject(new Error('the server hung up')));
  }

  static open(port: number): Promise<Connection> {
    return new Promise((resolve, reject) => {
      const socket = connect(port, '127.0.0.1', () => resolve(new Connection(socket)));
      socket.once('error', reject);
    });
  }

  /** Resolves with the answer's body. */
  send({ head, body }: PreparedRequest): Promise<string> {
    return new Promise((resolve, reject) => {
      if (this.#socket.destroyed) reject(new Error('the server hung up'));
      this.#waiting = { resolve, reject };
      this.#socket.cork();
      this.#socket.write(head);
      this.#socket.write(body);
      this.#socket.uncork();
    });
  }

  close(): void {
    this.#socket.destroy();
  }

  #receive(part: Buffer): void {
    this.#received.push(part);
    this.#bytes += part.length;
    if (this.#expected === Number.POSITIVE_INFINITY) this.#readHead();
    if (this.#chunksAt !== undefined && this.#endsWith(LAST_CHUNK)) this.#expected = this.#bytes;
    if (this.#bytes < this.#expected) return;
    const bytes = Buffer.concat(this.#received);
    const text = (
      this.#chunksAt === undefined ? bytes : withoutChunks(bytes, this.#chunksAt)
    ).toString('utf8');
    const waiting = this.#waiting;
    this.#received = [];
    this.#bytes = 0;
    this.#expected = Number.POSITIVE_INFINITY;
    this.#chunksAt = undefined;
    this.#waiting = undefined;
    if (/^HTTP\/1\.1 20[04] /.test(text)) {
      waiting?.resolve(text.slice(text.indexOf(HEAD_END) + HEAD_END.length));
    } else {
      waiting?.reject(new Error(text.slice(0, 1000)));
    }
  }

  #endsWith(text: string): boolean {
    if ((this.#received.at(-1)?.length ?? 0) < text.length) {
      this.#received = [Buffer.concat(this.#received)];
    }
    return this.#received.at(-1)?.subarray(-text.length).toString('latin1') === text;
  }

  #readHead(): void {
    if (this.#chunksAt !== undefined) return;
    const bytes = this.#received.length === 1 ? this.#received[0]! : Buffer.concat(this.#received);
    const end = bytes.indexOf(HEAD_END);
    if (end < 0) return;
    const head = bytes.toString('latin1', 0, end);
    if (/transfer-encoding: chunked/i.test(head)) {
      this.#chunksAt = end + HEAD_END.length;
      return;
    }
    const isEmpty = head.startsWith('HTTP/1.1 204');
    const length = isEmpty ? 0 : /content-length: (\d+)/i.exec(head)?.[1];
    if (length === undefined) throw new Error('an answer without Content-Length');
    this.#expected = end + HEAD_END.length + Number(length);
  }
}

/** An answer with its head, as it would be in one piece; chunks begin at `at`. */
function withoutChunks(bytes: Buffer, at: number): Buffer {
  const parts = [bytes.subarray(0, at)];
  for (;;) {
    const lineEnd = bytes.indexOf('\r\n', at);
    const length = Number.parseInt(bytes.toString('latin1', at, lineEnd), 16);
    if (!(length > 0)) return Buffer.concat(parts);
    parts.push(bytes.subarray(lineEnd + 2, lineEnd + 2 + length));
    at = lineEnd + 2 + length + 2;
  }
}
