/**
 * Ingest, as the wire may use it: the columns a request is decoded into, and the way they go in.
 *
 *   wire/write-records ── DecodedWrite ──► Ingest.write() ──► ingested | rejected
 */
export {
  COMMON_ROW,
  DecodedWrite,
  TIME_ABSENT,
  TIME_INVALID,
  TIME_READ,
  type ValueFault,
} from './decoded-write.ts';
export { DimensionSet } from './dimension-set.ts';
export { Ingest, type IngestOptions, type IngestOutcome, type RejectedRecord } from './ingest.ts';
export { MeasureShape, NO_MEASURES } from './measure-shape.ts';
export { dimensionNameFault } from './names.ts';
export { invalidValue, readValue } from './read-value.ts';
export {
  ABSENT,
  MULTI,
  typeCode,
  typeName,
  unitCode,
  VARCHAR,
  valueBytes,
  WIRE_TYPES,
  WIRE_UNITS,
} from './value-type.ts';
