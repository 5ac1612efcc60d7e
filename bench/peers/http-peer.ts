/** What peers that are written to and asked over HTTP have in common. */
import type { CpuRow } from '../dashboards/cpu-data.ts';
import { batches, lineOf } from '../dashboards/formats.ts';
import type { Question } from '../dashboards/questions.ts';
import { sendInParts } from '../dashboards/send-in-parts.ts';
import type { Answer, Reply, System } from '../dashboards/system.ts';
import { Connection } from '../load.ts';
import type { PreparedRequest } from '../signed-requests.ts';
import { freePort, type PeerProcess } from './process.ts';

const LINES = 10_000;
const CONNECTIONS = 2;

export abstract class HttpPeer implements System {
  abstract readonly name: string;
  abstract readonly version: string;
  /** Where lines are written to. */
  protected abstract readonly writePath: string;
  #peer: PeerProcess | undefined;
  #connection: Connection | undefined;
  #port = 0;

  /** Starts it on this port. */
  protected abstract launch(port: number): Promise<PeerProcess>;
  /** Path and parameters of a question. */
  protected abstract pathOf(question: Question): string;
  protected abstract answerOf(body: unknown, question: Question): Answer;
  abstract settle(): Promise<void>;
  abstract diskBytes(): Promise<number>;

  async start(): Promise<void> {
    this.#port = await freePort();
    this.#peer = await this.launch(this.#port);
  }

  load(rows: Iterable<CpuRow>): Promise<number> {
    return sendInParts(this.#port, this.#writes(rows), CONNECTIONS);
  }

  *#writes(rows: Iterable<CpuRow>): Generator<PreparedRequest> {
    for (const lines of batches(rows, { count: LINES, write: lineOf, separator: '' })) {
      const body = Buffer.from(lines);
      const head = `POST ${this.writePath} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: ${body.length}\r\n\r\n`;
      yield { head: Buffer.from(head), body };
    }
  }

  get http(): NonNullable<System['http']> {
    return { port: this.#port, request: (question) => get(this.pathOf(question)) };
  }

  async ask(question: Question): Promise<Reply> {
    const request = get(this.pathOf(question));
    // Not before: an idle one may be closed.
    this.#connection ??= await Connection.open(this.#port);
    const startMs = performance.now();
    const body: unknown = JSON.parse(await this.#connection.send(request));
    const ms = performance.now() - startMs;
    return { ms, answer: this.answerOf(body, question) };
  }

  cpuSeconds(): number {
    return this.#peer?.cpuSeconds() ?? 0;
  }

  async stop(): Promise<void> {
    this.#connection?.close();
    await this.#peer?.stop();
  }
}

function get(path: string): PreparedRequest {
  return {
    head: Buffer.from(`GET ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n`),
    body: Buffer.alloc(0),
  };
}
