/**
 * The ten kinds of queries, as what is asked rather than in anybody's language, each with
 * parameters of its own for every run, the same every time.
 *
 * Windows begin and end at the edge of a bin: not every system can cut a bin short, and answers
 * are compared.
 */
import { Noise } from '../walks.ts';
import { type DataScope, END_MS, hostName, MEASURES } from './cpu-data.ts';

export interface Question {
  /**
   * - `max-by-time`: the largest of each measure in each bin, over all hosts asked for
   * - `average-by-host`: the average of each measure in each bin, host by host
   * - `newest-bins`: as `max-by-time`, of the newest `limit` bins before `untilMs`
   * - `above`: all columns of the rows whose first measure is above `threshold`
   * - `newest-rows`: the newest value of every measure of each host
   */
  readonly kind: 'max-by-time' | 'average-by-host' | 'newest-bins' | 'above' | 'newest-rows';
  readonly measures: readonly string[];
  /** Names; none stands for all. */
  readonly hosts: readonly string[];
  readonly binMs: number;
  /** Inclusive. */
  readonly fromMs: number;
  /** Exclusive. */
  readonly untilMs: number;
}

export interface QuestionKind {
  readonly name: string;
  /** One for each run. */
  readonly questions: readonly Question[];
}

export const THRESHOLD = 90;
export const NEWEST_BINS = 5;

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

export function questionKinds(scope: DataScope, runs: number): readonly QuestionKind[] {
  return Object.entries(KINDS).map(([name, shape], at) => {
    const choice = new Choice(scope, at + 1);
    return { name, questions: Array.from({ length: runs }, () => choice.question(shape)) };
  });
}

interface Shape {
  readonly kind: Question['kind'];
  readonly measures: number;
  readonly binMs: number;
  /** All when absent. */
  readonly hosts?: number;
  /** Everything before a moment of the newer half when absent. */
  readonly hours?: number;
}

class Choice {
  readonly #scope: DataScope;
  readonly #noise: Noise;

  constructor(scope: DataScope, seed: number) {
    this.#scope = scope;
    this.#noise = new Noise(seed * 7919);
  }

  question({ kind, measures, binMs, hosts = 0, hours }: Shape): Question {
    return {
      kind,
      measures: MEASURES.slice(0, measures),
      binMs,
      hosts: this.#hosts(hosts),
      ...(hours === undefined ? this.#before(binMs) : this.#window(hours, binMs)),
    };
  }

  #hosts(count: number): readonly string[] {
    const chosen = new Set<number>();
    while (chosen.size < Math.min(count, this.#scope.hosts)) {
      chosen.add(this.#noise.next() % this.#scope.hosts);
    }
    return [...chosen].map(hostName);
  }

  #window(hours: number, binMs: number): Pick<Question, 'fromMs' | 'untilMs'> {
    const lengthMs = Math.min(hours, this.#scope.hours) * HOUR_MS;
    const room = (this.#scope.hours * HOUR_MS - lengthMs) / binMs;
    const untilMs = END_MS - (room === 0 ? 0 : this.#noise.next() % room) * binMs;
    return { fromMs: untilMs - lengthMs, untilMs };
  }

  #before(binMs: number): Pick<Question, 'fromMs' | 'untilMs'> {
    const bins = (this.#scope.hours * HOUR_MS) / 2 / binMs;
    return {
      fromMs: END_MS - this.#scope.hours * HOUR_MS,
      untilMs: END_MS - (this.#noise.next() % bins) * binMs,
    };
  }
}

const KINDS: Readonly<Record<string, Shape>> = {
  'single-groupby-1-1-1': {
    kind: 'max-by-time',
    measures: 1,
    hosts: 1,
    hours: 1,
    binMs: MINUTE_MS,
  },
  'single-groupby-5-8-1': {
    kind: 'max-by-time',
    measures: 5,
    hosts: 8,
    hours: 1,
    binMs: MINUTE_MS,
  },
  'single-groupby-1-1-12': {
    kind: 'max-by-time',
    measures: 1,
    hosts: 1,
    hours: 12,
    binMs: MINUTE_MS,
  },
  'cpu-max-all-8': { kind: 'max-by-time', measures: 10, hosts: 8, hours: 8, binMs: HOUR_MS },
  'double-groupby-1': { kind: 'average-by-host', measures: 1, hours: 12, binMs: HOUR_MS },
  'double-groupby-all': { kind: 'average-by-host', measures: 10, hours: 12, binMs: HOUR_MS },
  'groupby-orderby-limit': { kind: 'newest-bins', measures: 1, binMs: MINUTE_MS },
  'high-cpu-1': { kind: 'above', measures: 1, hosts: 1, hours: 12, binMs: MINUTE_MS },
  'high-cpu-all': { kind: 'above', measures: 1, hours: 12, binMs: MINUTE_MS },
  lastpoint: { kind: 'newest-rows', measures: 10, binMs: MINUTE_MS },
};
