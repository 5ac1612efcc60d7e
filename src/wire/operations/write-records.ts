/**
 * WriteRecords: the one hot operation of the write API.
 *
 * Bytes → columns (wire/write-records) → ingest.write() → response. Nothing here knows tiles or
 * stores; nothing below here knows JSON.
 */
import { assertNever } from '../../base/assert.ts';
import { ServiceError } from '../../base/errors.ts';
import type { Ingest, IngestOutcome, RejectedRecord } from '../../ingest/api.ts';
import type { JsonObject } from '../json.ts';
import type { Operation } from '../operation.ts';
import { WriteRecordsDecoder } from '../write-records/decoder.ts';

const REJECTED_MESSAGE = 'One or more records have been rejected. See RejectedRecords for details.';

export function writeRecords(ingest: Ingest): Operation {
  const decoder = new WriteRecordsDecoder();
  return {
    name: 'WriteRecords',
    async run(body) {
      const decoded = decoder.decode(body);
      try {
        return answer(await ingest.write(decoded));
      } finally {
        decoder.recycle(decoded);
      }
    },
  };
}

function answer(outcome: IngestOutcome): string {
  switch (outcome.kind) {
    case 'ingested': {
      const { memoryStore, magneticStore } = outcome;
      const total = memoryStore + magneticStore;
      return (
        `{"RecordsIngested":{"Total":${total},"MemoryStore":${memoryStore},` +
        `"MagneticStore":${magneticStore}}}`
      );
    }
    case 'rejected':
      throw new ServiceError('RejectedRecordsException', REJECTED_MESSAGE, {
        detail: { RejectedRecords: outcome.rejected.map(toWire) },
      });
    default:
      return assertNever(outcome, 'outcome of a write');
  }
}

function toWire({ recordIndex, reason, existingVersion }: RejectedRecord): JsonObject {
  return { RecordIndex: recordIndex, Reason: reason, ExistingVersion: existingVersion };
}
