/**
 * EXPLAIN and EXPLAIN ANALYZE, extensions of the language: what a statement will read and do, and,
 * with ANALYZE, how long each step took and how many rows came out.
 *
 *   one column, `Query Plan`, a line a row:   the tree of the plan
 *                                             what each scan reads after pruning
 *                                             with ANALYZE: time of each step, rows, pages' bytes
 */
import type { Clock } from '../../host/clock.ts';
import { VARCHAR } from '../analyse/api.ts';
import { formatTimestamp } from '../kernels/format-time.ts';
import type { QueryPlan, ScanPlan } from '../plan/api.ts';
import { printPlan } from '../plan/print-plan.ts';
import type { FixedResult } from './fixed-pages.ts';
import { FixedPages } from './fixed-pages.ts';
import type { PageSource } from './query-run.ts';
import type { EncodedPage, PageRequest } from './room-protocol.ts';
import type { StepTimes } from './step-times.ts';

/** What a scan has to read, and out of how much. */
export interface ScanReport {
  readonly plan: ScanPlan;
  readonly tiles: { readonly read: number; readonly all: number };
  readonly objects: { readonly read: number; readonly all: number };
  /** Tiles in which rows of several sources compete by version. */
  readonly merged: number;
  readonly hotSeries: number;
  readonly rows: number;
  readonly bytes: number;
}

/** The lines that are known without running the statement. */
export function explainLines(plan: QueryPlan, scans: readonly ScanReport[]): readonly string[] {
  const lines = scans.map(scanLine);
  return [...printPlan(plan), ...(lines.length > 0 ? ['', ...lines] : [])];
}

function scanLine({ plan, tiles, objects, merged, hotSeries, rows, bytes }: ScanReport): string {
  const way = plan.kernel ? 'Tile kernel' : 'Scan';
  const parts = [
    `${tiles.read} of ${tiles.all} tiles, ${tiles.all - tiles.read} pruned`,
    ...(objects.all === 0
      ? []
      : [`${objects.read} of ${objects.all} objects, ${objects.all - objects.read} pruned`]),
    ...(merged === 0 ? [] : [`${merged} tiles merged by version`]),
    `${hotSeries} hot series, ${rows} rows, ${bytes} bytes`,
  ];
  return `${way} ${plan.scan}: ${parts.join('; ')}${prunedBy(plan)}`;
}

function prunedBy({ time, measureNames, dimensionEquals }: ScanPlan): string {
  const reasons = [
    time.from === undefined ? undefined : `time >= '${formatTimestamp(time.from)}'`,
    time.until === undefined ? undefined : `time < '${formatTimestamp(time.until)}'`,
    measureNames && `measure_name in [${measureNames.join(', ')}]`,
    ...dimensionEquals.map(({ dimension, values }) => `${dimension} in [${values.join(', ')}]`),
  ].filter((reason) => reason !== undefined);
  return reasons.length === 0 ? '; nothing to prune by' : `; pruned by ${reasons.join(' and ')}`;
}

export function explainResult(lines: readonly string[]): FixedResult {
  return { columns: [{ name: 'Query Plan', type: VARCHAR }], rows: lines.map((line) => [line]) };
}

/** Runs the statement to its end, keeps nothing of its rows, and then says how it went. */
export class AnalyzePages implements PageSource {
  readonly #source: PageSource;
  readonly #lines: readonly string[];
  readonly #times: StepTimes;
  readonly #clock: Clock;
  #report: FixedPages | undefined;

  constructor(options: {
    readonly source: PageSource;
    readonly lines: readonly string[];
    readonly times: StepTimes;
    readonly clock: Clock;
  }) {
    this.#source = options.source;
    this.#lines = options.lines;
    this.#times = options.times;
    this.#clock = options.clock;
  }

  async page(request: PageRequest): Promise<EncodedPage> {
    this.#report ??= await this.#run(request.bytesMax);
    return await this.#report.page(request);
  }

  cancel(): void {
    this.#source.cancel();
  }

  async #run(bytesMax: number): Promise<FixedPages> {
    const startMs = this.#clock.elapsedMs();
    const request = { rowsMax: Number.MAX_SAFE_INTEGER, bytesMax };
    let rows = 0;
    let bytes = 0;
    let pages = 0;
    let firstMs = 0;
    for (let last = false; !last; pages++) {
      const page = await this.#source.page(request);
      if (pages === 0) firstMs = this.#clock.elapsedMs() - startMs;
      rows += page.rowCount;
      bytes += page.rows.length;
      last = page.last;
    }
    const totalMs = this.#clock.elapsedMs() - startMs;
    const steps = Object.entries(this.#times).map(([step, ms]) => `${step} ${ms.toFixed(2)} ms`);
    const lines = [
      ...this.#lines,
      '',
      `Time: ${steps.join(', ')}, first page ${firstMs.toFixed(2)} ms, all ${totalMs.toFixed(2)} ms`,
      `Result: ${rows} rows in ${pages} pages, ${bytes} bytes`,
    ];
    return new FixedPages(explainResult(lines));
  }
}
