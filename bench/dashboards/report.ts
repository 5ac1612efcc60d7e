/** Results of all systems as one table, and as JSON. */
import type { AskedKind, IngestResult, QueryResult, ThroughputResult } from './measure.ts';
import { isSame } from './system.ts';

export interface Measured {
  readonly name: string;
  readonly version: string;
  /** Absent where nothing was loaded for it: it has the rows of another. */
  readonly ingest?: IngestResult;
  /** Absent where it was only loaded. */
  readonly bytesPerValue?: number;
  readonly queries: ReadonlyMap<string, AskedKind>;
  readonly throughput: readonly ThroughputResult[];
}

export interface Comparison {
  readonly machine: string;
  /** The first is what ratios are of and answers are compared with. */
  readonly tessera: readonly [Measured, ...Measured[]];
  readonly peers: readonly Measured[];
  readonly leftOut: readonly { readonly name: string; readonly reason: string }[];
}

const NAME_WIDTH = 28;
const CELL_WIDTH = 25;

export function printComparison(comparison: Comparison): void {
  const { tessera, peers, leftOut } = comparison;
  const all = [...tessera, ...peers];
  const line = (name: string, cell: (measured: Measured) => string, end = ''): void => {
    const cells = all.map((measured) => cell(measured).padStart(CELL_WIDTH)).join(' ');
    console.log(`${name.padEnd(NAME_WIDTH)}${cells} ${end}`.trimEnd());
  };
  const hasPeers = peers.length > 0;
  line('', ({ name, version }) => `${name} ${version}`.slice(0, CELL_WIDTH));
  line('rows; median/p95/CPU ms', () => '', hasPeers ? 'ratio   CPU' : '');
  for (const [name, asked] of tessera[0].queries) {
    line(
      `${name} ${rowsOf(asked)}`,
      (measured) => {
        const result = measured.queries.get(name)?.result;
        if (result === undefined) return '-';
        const { median_ms, p95_ms, cpu_ms } = result;
        const text = [median_ms, p95_ms, cpu_ms].map((ms) => ms.toFixed(2)).join(' / ');
        return isRight(comparison, measured, name) ? text : `≠ ${text}`;
      },
      (['median_ms', 'cpu_ms'] as const)
        .map((figure) => ratioText(queryRatio(comparison, name, figure)))
        .join(' '),
    );
  }
  const best = (of: (measured: Measured) => number | undefined, end: 'least' | 'most'): string =>
    ratioText(ratio(tessera[0], peers, { of, end }));
  const rowsPerSecond = (m: Measured): number | undefined => m.ingest?.rows_per_s;
  const rowsPerCpu = (m: Measured): number | undefined => m.ingest?.rows_per_cpu_s;
  line('rows/s', (m) => numberText(rowsPerSecond(m)), best(rowsPerSecond, 'most'));
  line('rows/server-CPU-s', (m) => numberText(rowsPerCpu(m)), best(rowsPerCpu, 'most'));
  const size = (m: Measured): number | undefined => m.bytesPerValue;
  line('bytes/value on disk', (m) => size(m)?.toFixed(3) ?? '-', best(size, 'least'));
  for (const [at, { connections }] of tessera[0].throughput.entries()) {
    const rate = (m: Measured): number | undefined => m.throughput[at]?.queries_per_s;
    line(
      `1-1-1, ${connections} connected`,
      (m) => {
        const cpu = m.throughput[at]?.cpu_ms.toFixed(2);
        return cpu === undefined ? '-' : `${rate(m)}/s, ${cpu} CPU ms`;
      },
      best(rate, 'most'),
    );
  }
  for (const text of differences(comparison)) console.log(`≠ ${text}`);
  for (const { name, reason } of leftOut) console.log(`left out: ${name}: ${reason}`);
}

export function comparisonJson(comparison: Comparison): object {
  const { machine, tessera, peers, leftOut } = comparison;
  const of = <T>(pick: (measured: Measured) => T): object => ({
    tessera: pick(tessera[0]),
    ...Object.fromEntries(tessera.slice(1).map((m) => [m.name, pick(m)])),
    peers: Object.fromEntries(peers.map((m) => [m.name, pick(m)])),
  });
  return {
    machine,
    versions: of((m) => m.version),
    queries: Object.fromEntries(
      [...tessera[0].queries].map(([name, asked]) => [
        name,
        { rows: rowsOf(asked), ...of((m) => m.queries.get(name)?.result) },
      ]),
    ),
    ingest: of((m) => m.ingest),
    size: of((m) =>
      m.bytesPerValue === undefined ? undefined : { bytes_per_value: m.bytesPerValue },
    ),
    throughput: of((m) => m.throughput),
    differences: differences(comparison),
    left_out: leftOut,
  };
}

/** Rows of an answer, on average: a question that nothing answers to would prove nothing. */
function rowsOf({ answers }: AskedKind): number {
  return Math.round(answers.reduce((sum, { rows }) => sum + rows, 0) / answers.length);
}

function isRight({ tessera }: Comparison, measured: Measured, name: string): boolean {
  const expected = tessera[0].queries.get(name)?.answers ?? [];
  const answers = measured.queries.get(name)?.answers ?? [];
  return answers.every((answer, run) => {
    const other = expected[run];
    return other !== undefined && isSame(answer, other);
  });
}

function differences(comparison: Comparison): readonly string[] {
  const { tessera, peers } = comparison;
  const texts: string[] = [];
  for (const measured of [...tessera.slice(1), ...peers]) {
    for (const [name, { answers }] of measured.queries) {
      if (isRight(comparison, measured, name)) continue;
      const expected = tessera[0].queries.get(name)?.answers ?? [];
      const at = answers.findIndex((answer, run) => !isSame(answer, expected[run] ?? answer));
      const text = (answer = answers[at]): string => `${answer?.rows} rows, sum ${answer?.sum}`;
      texts.push(
        `${name}: ${measured.name} answers ${text()}; tessera ${text(expected[at])} (run ${at + 1})`,
      );
    }
  }
  return texts;
}

function queryRatio(
  comparison: Comparison,
  name: string,
  figure: keyof QueryResult,
): number | undefined {
  const right = comparison.peers.filter((measured) => isRight(comparison, measured, name));
  const of = (measured: Measured): number | undefined => measured.queries.get(name)?.result[figure];
  return ratio(comparison.tessera[0], right, { of, end: 'least' });
}

/** Of Tessera's figure to the best peer's. */
function ratio(
  tessera: Measured,
  peers: readonly Measured[],
  {
    of,
    end,
  }: {
    readonly of: (measured: Measured) => number | undefined;
    readonly end: 'least' | 'most';
  },
): number | undefined {
  const figures = peers.map(of).filter((figure) => figure !== undefined);
  const own = of(tessera);
  if (own === undefined || figures.length === 0) return undefined;
  return own / (end === 'least' ? Math.min(...figures) : Math.max(...figures));
}

function ratioText(value: number | undefined): string {
  // A best figure of less than a step of the clock is no figure.
  return value === undefined || !Number.isFinite(value) ? '' : value.toFixed(2).padStart(5);
}

function numberText(value: number | undefined): string {
  return value === undefined ? '-' : String(value);
}
