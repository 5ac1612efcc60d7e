/** What a benchmark needs of a system to compare it with others. */
import type { PreparedRequest } from '../signed-requests.ts';
import type { CpuRow } from './cpu-data.ts';
import type { Question } from './questions.ts';

/** What answers of different systems have to have in common. */
export interface Answer {
  readonly rows: number;
  /** Of all measures in it. */
  readonly sum: number;
}

export interface Reply {
  /** From sending the query to having all of its rows, as the client's values. */
  readonly ms: number;
  readonly answer: Answer;
}

export interface System {
  readonly name: string;
  readonly version: string;
  /** Brings it up, empty. */
  start(): Promise<void>;
  /** Seconds that it took; making the requests' bytes is not part of it. */
  load(rows: Iterable<CpuRow>): Promise<number>;
  /** Waits for what it does on its own after a load, or asks for it. */
  settle(): Promise<void>;
  ask(question: Question): Promise<Reply>;
  /** The question as bytes for its port, of a system that is asked over HTTP. */
  readonly http?: { readonly port: number; request(question: Question): PreparedRequest };
  /** Of the server; of the engine, where it runs in the client's process. */
  cpuSeconds(): number;
  diskBytes(): Promise<number>;
  stop(): Promise<void>;
}

/** Columns of measures are those with a measure's name in theirs. */
export function answerOf(
  columns: readonly string[],
  rows: readonly (readonly unknown[])[],
): Answer {
  const measures = [...columns.keys()].filter((at) => columns[at]?.includes('usage_'));
  let sum = 0;
  for (const row of rows) for (const at of measures) sum += Number(row[at] ?? 0);
  return { rows: rows.length, sum };
}

const TOLERANCE = 1e-6;

export function isSame(one: Answer, other: Answer): boolean {
  const difference = Math.abs(one.sum - other.sum);
  return one.rows === other.rows && difference <= TOLERANCE * Math.max(1, Math.abs(other.sum));
}
