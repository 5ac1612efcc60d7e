/** One system under the load and the ten kinds of questions that all of them get. */
import { sendAll } from '../load.ts';
import { median, quantile } from '../machine.ts';
import { cpuRows, type DataScope, MEASURES, rowCount } from './cpu-data.ts';
import { type QuestionKind, questionKinds } from './questions.ts';
import type { Answer, System } from './system.ts';

const WARM_UPS = 3;
/** Queries at a time in the measurement of queries per second, and how many there are of them. */
const CONNECTIONS = [1, 8] as const;
const QUERIES_PER_CONNECTION = 500;

export interface IngestResult {
  readonly rows_per_s: number;
  readonly rows_per_cpu_s: number;
}

export interface QueryResult {
  readonly median_ms: number;
  readonly p95_ms: number;
  readonly cpu_ms: number;
}

/** Of the first kind of questions. */
export interface ThroughputResult {
  readonly connections: number;
  readonly queries_per_s: number;
  readonly cpu_ms: number;
}

export interface AskedKind {
  readonly result: QueryResult;
  /** One for each run. */
  readonly answers: readonly Answer[];
}

export async function measureLoad(system: System, scope: DataScope): Promise<IngestResult> {
  const cpuBefore = system.cpuSeconds();
  const seconds = await system.load(cpuRows(scope));
  const cpu = system.cpuSeconds() - cpuBefore;
  const rows = rowCount(scope);
  return { rows_per_s: Math.round(rows / seconds), rows_per_cpu_s: Math.round(rows / cpu) };
}

export async function measureQueries(
  system: System,
  { scope, runs }: { readonly scope: DataScope; readonly runs: number },
): Promise<ReadonlyMap<string, AskedKind>> {
  const asked = new Map<string, AskedKind>();
  for (const kind of questionKinds(scope, runs + WARM_UPS)) {
    asked.set(kind.name, await measureKind(system, kind));
  }
  return asked;
}

async function measureKind(system: System, { questions }: QuestionKind): Promise<AskedKind> {
  const times: number[] = [];
  const answers: Answer[] = [];
  for (const question of questions.slice(0, WARM_UPS)) await system.ask(question);
  const cpuBefore = system.cpuSeconds();
  for (const question of questions.slice(WARM_UPS)) {
    const { ms, answer } = await system.ask(question);
    times.push(ms);
    answers.push(answer);
  }
  const cpu = system.cpuSeconds() - cpuBefore;
  return {
    result: {
      median_ms: median(times),
      p95_ms: quantile(times, 0.95),
      cpu_ms: (cpu / times.length) * 1000,
    },
    answers,
  };
}

/** Nothing of a system that is not asked over HTTP. */
export async function measureThroughput(
  system: System,
  scope: DataScope,
): Promise<readonly ThroughputResult[]> {
  const { http } = system;
  if (http === undefined) return [];
  const results: ThroughputResult[] = [];
  for (const connections of CONNECTIONS) {
    const [kind] = questionKinds(scope, connections * QUERIES_PER_CONNECTION);
    const requests = (kind?.questions ?? []).map((question) => http.request(question));
    const cpuBefore = system.cpuSeconds();
    const { seconds } = await sendAll(http.port, requests, connections);
    const cpu = system.cpuSeconds() - cpuBefore;
    results.push({
      connections,
      queries_per_s: Math.round(requests.length / seconds),
      cpu_ms: (cpu / requests.length) * 1000,
    });
  }
  return results;
}

export async function bytesPerValue(system: System, scope: DataScope): Promise<number> {
  return (await system.diskBytes()) / (rowCount(scope) * MEASURES.length);
}
