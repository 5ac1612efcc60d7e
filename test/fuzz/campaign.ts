/**
 * A fuzzing run: statements made from a seed are sent to a server, a few at a time, and every
 * answer is judged. What is wrong is sent again alone, made shorter, and reported.
 *
 *   seed ──► statement ──► Query ──► oracle ──► complaint ──► shorter statement, same complaint
 *
 * Times are judged by what the server has computed (process-time.ts), not by the clock: a busy
 * machine makes every answer late, and the same run must find the same on it. What this cannot see
 * is a server that waits without computing; for that there is a wide limit by the clock.
 *
 * Invariant: the statements follow from the seed alone, never from answers or times. A run of fewer
 * seconds is the beginning of a longer one.
 */
import { readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { signedHeaders } from '../support/sign.ts';
import type { Tessera } from '../support/tessera.ts';
import { Expressions } from './expressions.ts';
import { mutate, tokensOf } from './mutate.ts';
import { type Answer, complaintAbout } from './oracle.ts';
import { isHeavy, oversized } from './oversized.ts';
import { processTime, since } from './process-time.ts';
import { Random } from './random.ts';

const TARGET = 'Timestream_20181101.Query';
const IN_FLIGHT = 3;
/** A statement that takes longer is stopped by hanging up, then tried again alone. */
const SLOW_MS = 1000;
/** Of computing, alone: what is not answered then hangs. */
const HANG_MS = 8000;
/** By the clock: a server that has not answered then waits for something. */
const WAIT_MS = 60_000;
/** Of computing: what was hung up on has ended by then, or cannot be ended. */
const END_MS_MAX = 8000;
const POLL_MS = 100;
/** Data sets here are tiny; the engine's own limit on memory is far below this. */
const RSS_BYTES_MAX = 3 * 1024 ** 3;
/** Statements up to this length have to be fast. */
const SMALL_CHARS_MAX = 1000;
const HEALTH_EVERY = 200;
/** A text that is no statement is answered by the main thread alone, so its time is that thread's. */
const PROBE = 'SELECT';
const PROBE_EVERY_MS = 200;
/** Of computing: nothing may hold that thread for longer. */
const PROBE_MS_MAX = 1000;
/** How long the server's log may take to get here. */
const LOG_DELAY_MS = 30;
const REPORTED_CHARS_MAX = 2000;
const SHRINK_TRIES_MAX = 80;
const FINDINGS_MAX = 200;

export interface Finding {
  readonly complaint: string;
  /** Cut to what a report can show. */
  readonly sql: string;
}

export interface Campaign {
  readonly seed: number;
  readonly seconds: number;
  readonly corpus: readonly string[];
  /** Called for every finding as it is made. */
  readonly onFinding?: (finding: Finding) => void;
}

export interface CampaignResult {
  readonly statements: number;
  /** How many were answered with rows: a fuzzer whose statements are all refused tests little. */
  readonly accepted: number;
  readonly findings: readonly Finding[];
  readonly rssBytesMax: number;
}

export async function runCampaign(server: Tessera, campaign: Campaign): Promise<CampaignResult> {
  const run = new Run(server, campaign);
  await Promise.all([...Array.from({ length: IN_FLIGHT }, () => run.work()), run.probe()]);
  return run.result();
}

/** The statements of a seed, one after the other. */
export function* statementsOf(seed: number, corpus: readonly string[]): Generator<string> {
  const random = new Random(seed);
  const expressions = new Expressions(random);
  for (;;) {
    const kind = random.next();
    if (kind < 0.5) yield mutate(random, corpus);
    else if (kind < 0.93) yield expressions.statement();
    else if (kind < 0.96) yield mutate(random, [expressions.statement()]);
    else yield oversized(random);
  }
}

class Run {
  readonly #server: Tessera;
  readonly #campaign: Campaign;
  readonly #statements: Generator<string>;
  readonly #deadline: number;
  readonly #findings = new Map<string, Finding>();
  readonly #inFlight = new Set<string>();
  #sent = 0;
  #accepted = 0;
  #rssBytesMax = 0;
  /** Tried again one at a time, while the others wait. */
  #alone: Promise<void> = Promise.resolve();

  constructor(server: Tessera, campaign: Campaign) {
    this.#server = server;
    this.#campaign = campaign;
    this.#statements = statementsOf(campaign.seed, campaign.corpus);
    this.#deadline = Date.now() + campaign.seconds * 1000;
  }

  async work(): Promise<void> {
    while (Date.now() < this.#deadline && this.#findings.size < FINDINGS_MAX) {
      await this.#alone;
      const sql = this.#statements.next().value as string;
      if (sql === '') continue;
      this.#sent++;
      this.#inFlight.add(sql);
      const answer = await send(this.#server, sql, SLOW_MS);
      this.#inFlight.delete(sql);
      if (answer?.status === 200) this.#accepted++;
      const complaint = answer ? complaintAbout(sql, answer) : 'slow';
      if (complaint !== undefined) {
        this.#alone = this.#alone.then(() => this.#investigate(sql, complaint));
      }
      if (this.#sent % HEALTH_EVERY === 0) await this.#checkHealth();
    }
    await this.#alone;
  }

  /** Watches over the main thread while the others work. */
  async probe(): Promise<void> {
    const { pid } = this.#server;
    while (Date.now() < this.#deadline) {
      await setTimeout(PROBE_EVERY_MS);
      const start = processTime(pid);
      const sqls = [...this.#inFlight];
      await send(this.#server, PROBE, WAIT_MS);
      const { mainMs } = since(start, pid);
      if (mainMs < PROBE_MS_MAX) continue;
      const sql = [...new Set([...sqls, ...this.#inFlight])].join('\n---\n');
      this.#report(keyOf(sql), { complaint: `the main thread was held for ${mainMs} ms`, sql });
    }
  }

  result(): CampaignResult {
    return {
      statements: this.#sent,
      accepted: this.#accepted,
      findings: [...this.#findings.values()],
      rssBytesMax: this.#rssBytesMax,
    };
  }

  async #investigate(sql: string, complaint: string): Promise<void> {
    if (complaint === 'slow') return await this.#investigateSlow(sql);
    const again = (await this.#judge(sql)) ?? complaint;
    const key = keyOf(again);
    if (this.#findings.has(key)) return;
    this.#report(key, { complaint: again, sql: await this.#shrunk(sql, key) });
  }

  async #investigateSlow(sql: string): Promise<void> {
    const { pid } = this.#server;
    while (this.#inFlight.size > 0) await setTimeout(POLL_MS);
    // It was hung up on, as others before it.
    if (!(await this.#comesToRest(sql))) return;
    // Heavy ones may run for ever; that they end has been seen.
    if (isHeavy(sql)) return await this.#checkHealth();
    const start = processTime(pid);
    const hangUp = new AbortController();
    const answered = send(this.#server, sql, WAIT_MS, hangUp.signal);
    const stopTimer = this.#hangUpLate(hangUp);
    const answer = await answered;
    stopTimer();
    const tookMs = Math.round(since(start, pid).allMs);
    // What is long by itself may take longer, so long as it ends.
    if (answer && (tookMs < SLOW_MS || sql.length > SMALL_CHARS_MAX)) return;
    this.#report(keyOf(sql), { sql, complaint: answer ? `took ${tookMs} ms` : 'hangs' });
    if (!answer) await this.#comesToRest(sql);
    await this.#checkHealth();
  }

  /** Hangs up when the server has computed for too long. */
  #hangUpLate(hangUp: AbortController): () => void {
    const { pid } = this.#server;
    const start = processTime(pid);
    const timer = setInterval(() => {
      if (since(start, pid).allMs > HANG_MS) hangUp.abort(new DOMException('', 'TimeoutError'));
    }, POLL_MS);
    return () => clearInterval(timer);
  }

  /** Whether the server comes to rest, as it must when nobody waits for anything. */
  async #comesToRest(sql: string): Promise<boolean> {
    const { pid } = this.#server;
    const start = processTime(pid);
    let resting = 0;
    while (resting < 2) {
      const before = processTime(pid);
      await setTimeout(POLL_MS);
      resting = since(before, pid).allMs <= POLL_MS / 4 ? resting + 1 : 0;
      if (since(start, pid).allMs < END_MS_MAX) continue;
      this.#report(keyOf(sql), { sql, complaint: 'does not end when it is hung up on' });
      return false;
    }
    return true;
  }

  /** The complaint about a statement that is sent alone; of internal errors with the log's reason. */
  async #judge(sql: string): Promise<string | undefined> {
    const logged = this.#server.log().length;
    const answer = await send(this.#server, sql, SLOW_MS);
    const complaint = answer && complaintAbout(sql, answer);
    if (!complaint?.startsWith('InternalServerException')) return complaint;
    await setTimeout(LOG_DELAY_MS);
    const reason = /"(?:error|message)":"(.*?)(?:\\n|")/.exec(
      this.#server.log().slice(logged),
    )?.[1];
    return `InternalServerException: ${reason ?? 'nothing logged'}`;
  }

  #report(key: string, { complaint, sql }: Finding): void {
    const finding = { complaint, sql: sql.slice(0, REPORTED_CHARS_MAX) };
    this.#findings.set(key, finding);
    this.#campaign.onFinding?.(finding);
  }

  /** The statement without the stretches of tokens that the complaint does not need. */
  async #shrunk(sql: string, key: string): Promise<string> {
    let tokens = tokensOf(sql);
    let tries = SHRINK_TRIES_MAX;
    for (let size = tokens.length >> 1; size >= 1; size >>= 1) {
      for (let at = 0; at < tokens.length && tries > 0; ) {
        const shorter = tokens.toSpliced(at, size);
        tries--;
        const text = shorter.join('');
        const complaint = text === '' ? undefined : await this.#judge(text);
        if (complaint !== undefined && keyOf(complaint) === key) tokens = shorter;
        else at += size;
      }
    }
    return tokens.join('');
  }

  async #checkHealth(): Promise<void> {
    const rss = rssBytes(this.#server.pid);
    this.#rssBytesMax = Math.max(this.#rssBytesMax, rss);
    if (rss > RSS_BYTES_MAX) {
      this.#report('rss', { complaint: `the server holds ${rss} bytes`, sql: '' });
    }
    const answer = await send(this.#server, 'SELECT 1', WAIT_MS);
    if (answer?.status !== 200) {
      throw new Error(`the server no longer answers:\n${this.#server.log().slice(-4000)}`);
    }
  }
}

/** Complaints that differ in names and numbers only are the same finding. */
function keyOf(complaint: string): string {
  return complaint.replace(/'[^']*'|"[^"]*"|\d+/g, '#').slice(0, 120);
}

/** The answer, or undefined if there was none in time: then the server is hung up on. */
async function send(
  server: Tessera,
  sql: string,
  timeoutMs: number,
  hangUp?: AbortSignal,
): Promise<Answer | undefined> {
  const timeout = AbortSignal.timeout(timeoutMs);
  const body = Buffer.from(JSON.stringify({ QueryString: sql }));
  try {
    const response = await fetch(server.url, {
      method: 'POST',
      headers: signedHeaders(server, TARGET, body),
      body,
      signal: hangUp ? AbortSignal.any([timeout, hangUp]) : timeout,
    });
    return { status: response.status, text: await response.text() };
  } catch (error) {
    if ((error as Error).name === 'TimeoutError') return undefined;
    throw new Error(`no answer to ${sql}\n${server.log().slice(-4000)}`, { cause: error });
  }
}

function rssBytes(pid: number): number {
  if (process.platform !== 'linux') return 0;
  const line = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return Number(line?.[1] ?? 0) * 1024;
}
