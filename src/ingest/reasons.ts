/**
 * Why records are rejected, in the words of write-api 5.6 and 5.7 where those are known, and in the
 * same manner where they are not. A rejected record leaves the others of its request alone.
 */
import { assertNever } from '../base/assert.ts';
import { MEASURE_VALUE_BYTES_MAX, SERIES_BYTES_MAX } from '../base/limits.ts';
import type { SchemaFault } from '../catalog/api.ts';
import type { RejectedRow } from '../memory/api.ts';

/** Kinds of rejection, for metrics. */
export type RejectionKind = 'limit' | 'partition-key' | 'type-conflict' | 'time' | 'version';

export interface Rejection {
  readonly kind: RejectionKind;
  readonly reason: string;
  readonly existingVersion?: bigint;
}

export const SERIES_TOO_LARGE: Rejection = {
  kind: 'limit',
  reason:
    'The names and values of the dimensions of a record must not exceed ' +
    `${SERIES_BYTES_MAX} bytes in total.`,
};

export const VALUES_TOO_LARGE: Rejection = {
  kind: 'limit',
  reason:
    'The measure values of a multi-measure record must not exceed ' +
    `${MEASURE_VALUE_BYTES_MAX} bytes in total.`,
};

export function missingPartitionKey(dimension: string): Rejection {
  return {
    kind: 'partition-key',
    reason: `The record is missing the required partition key dimension ${dimension}.`,
  };
}

export function outsideWindow(
  startMs: number,
  endMs: number,
  what: 'memory store' | 'data ingestion window',
): Rejection {
  const [start, end] = [startMs, endMs].map((ms) => new Date(ms).toISOString());
  return {
    kind: 'time',
    reason: `The record timestamp is outside the time range [${start}, ${end}) of the ${what}.`,
  };
}

export function versionRejection(row: RejectedRow): Rejection {
  const { existingVersion } = row;
  switch (row.reason) {
    case 'same-version':
      return {
        kind: 'version',
        reason:
          'A record already exists with the same time, dimensions, measure name, and record ' +
          'version. A higher record version must be specified in order to update the measure ' +
          'value. Specifying record version is supported by the latest SDKs.',
        existingVersion,
      };
    case 'lower-version':
      return {
        kind: 'version',
        reason:
          `The record version ${row.version} is lower than the existing version ` +
          `${existingVersion}. A higher version is required to update the measure value.`,
        existingVersion,
      };
    default:
      return assertNever(row.reason, 'rejection reason');
  }
}

export function schemaRejection(fault: SchemaFault): Rejection {
  switch (fault.kind) {
    case 'measure-type-conflict':
      return typeConflict('Measure name', fault);
    case 'attribute-type-conflict':
      return typeConflict('Multi-measure attribute name', fault);
    case 'name-conflict':
      return {
        kind: 'type-conflict',
        reason:
          `The name ${fault.name} cannot be used both for a dimension and for a ` +
          'multi-measure attribute of one table.',
      };
    case 'too-many':
      return {
        kind: 'limit',
        reason: `The record would exceed the limit of ${fault.max} ${fault.what} of its table.`,
      };
    default:
      return assertNever(fault, 'schema fault');
  }
}

function typeConflict(
  what: string,
  fault: { readonly name: string; readonly existing: string; readonly wanted: string },
): Rejection {
  return {
    kind: 'type-conflict',
    reason:
      `${what} ${fault.name} already exists with type ${fault.existing.toUpperCase()}; ` +
      `cannot write type ${fault.wanted.toUpperCase()}.`,
  };
}
