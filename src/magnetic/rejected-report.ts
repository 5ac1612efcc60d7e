/**
 * Reports of late records that were acknowledged and then rejected, in the table's
 * MagneticStoreRejectedDataLocation (write-api 5.6).
 *
 * Timestream does not document their keys nor their form. The form here is that of its reports on
 * scheduled queries, which list rejected records too, with the version given:
 *
 *   { "reportId": "8A72…", "errors": [ { "reason": "…", "records": [ {
 *       "dimensions": [ { "name": "host", "value": "a", "dimensionValueType": null } ],
 *       "measureName": "cpu", "measureValue": "1.0", "measureValueType": "DOUBLE",
 *       "measureValues": null, "time": "1797393807000000000", "timeUnit": "NANOSECONDS",
 *       "version": 1 } ] } ] }
 *
 * A multi-measure record has `measureValueType` MULTI, and `measureValues` of name, value and type.
 * Versions beyond 2^53 are written exactly. Keys are
 *
 *   <ObjectKeyPrefix>/<database>/<table>/<time of the report>_<reportId>.json
 *
 * A report that cannot be put is lost, as the service's are; it is logged and counted.
 */
import { REPORT_RECORDS_MAX } from '../base/limits.ts';
import type { RejectedDataLocation } from '../catalog/api.ts';
import type { Clock } from '../host/clock.ts';
import type { Logger } from '../host/logger.ts';
import { type Random, randomHex } from '../host/random.ts';
import type { MagneticMetrics } from './metrics.ts';
import type { RejectedRecord } from './rejected-record.ts';
import type { ReportSink } from './report-sink.ts';

const REPORT_ID_BYTES = 16;

export interface RejectedReportsOptions {
  readonly sink: ReportSink;
  readonly clock: Clock;
  readonly random: Random;
  readonly metrics: MagneticMetrics;
  readonly logger: Pick<Logger, 'warn'>;
}

export interface RejectedOf {
  readonly database: string;
  readonly table: string;
  /** Of the table; without a bucket the records are only counted. */
  readonly location: RejectedDataLocation | undefined;
  readonly records: readonly RejectedRecord[];
}

export class RejectedReports {
  readonly #options: RejectedReportsOptions;

  constructor(options: RejectedReportsOptions) {
    this.#options = options;
  }

  /** Never fails. */
  async write(rejected: RejectedOf): Promise<void> {
    const { metrics, logger } = this.#options;
    const { database, table, location, records } = rejected;
    metrics.recordsRejected.inc(records.length);
    if (location?.bucketName === undefined) return;
    for (let from = 0; from < records.length; from += REPORT_RECORDS_MAX) {
      try {
        const some = records.slice(from, from + REPORT_RECORDS_MAX);
        await this.#put(location.bucketName, { ...rejected, records: some });
      } catch (error) {
        metrics.reportsFailed.inc();
        logger.warn({ err: error, database, table }, 'a report of rejected records was not put');
      }
    }
  }

  /** Counts records that come faster than they can be reported. */
  giveUp({ database, table, records }: RejectedOf): void {
    const { metrics, logger } = this.#options;
    metrics.recordsRejected.inc(records.length);
    metrics.reportsFailed.inc();
    logger.warn({ database, table }, 'too many rejected records to report them all');
  }

  #put(bucket: string, { database, table, location, records }: RejectedOf): Promise<void> {
    const { sink, clock, random } = this.#options;
    const reportId = randomHex(random, REPORT_ID_BYTES).toUpperCase();
    // No colons: keys become names of files.
    const time = new Date(clock.nowMs()).toISOString().replaceAll(':', '-');
    const prefix = location?.objectKeyPrefix?.replace(/\/+$/, '');
    const folders = [...(prefix ? [prefix] : []), database, table];
    const key = [...folders, `${time}_${reportId}.json`].join('/');
    return sink.put(bucket, key, new TextEncoder().encode(reportText(reportId, records)));
  }
}

function reportText(reportId: string, records: readonly RejectedRecord[]): string {
  const errors = new Map<string, string[]>();
  for (const record of records) {
    const texts = errors.get(record.reason) ?? [];
    texts.push(recordText(record));
    errors.set(record.reason, texts);
  }
  const texts = [...errors].map(
    ([reason, some]) => `{"reason":${JSON.stringify(reason)},"records":[${some.join(',')}]}`,
  );
  return `{"reportId":${JSON.stringify(reportId)},"errors":[${texts.join(',')}]}`;
}

function recordText({ dimensions, measureName, measure, time, version }: RejectedRecord): string {
  const isMulti = measure.kind === 'multi';
  const members = JSON.stringify({
    dimensions: dimensions.map(({ name, value }) => ({ name, value, dimensionValueType: null })),
    measureName,
    measureValue: isMulti ? null : measure.value,
    measureValueType: isMulti ? 'MULTI' : measure.type.toUpperCase(),
    measureValues: isMulti
      ? measure.values.map(({ name, value, type }) => ({ name, value, type: type.toUpperCase() }))
      : null,
    time: `${time}`,
    timeUnit: 'NANOSECONDS',
  });
  // JSON.stringify() knows no bigints.
  return `${members.slice(0, -1)},"version":${version}}`;
}
