/**
 * Ingest, as the wire may use it: the columns a request is decoded into, and the way they go in.
 *
 *   wire/write-records ── DecodedWrite ──► Ingest.write() ──► ingested | rejected
 */
export {
  COMMON_ROW,
  DecodedWrite,
  SCALAR_IN_CELL,
  TIME_INVALID,
  TIME_READ,
} from './decoded-write.ts';
export { DimensionSet } from './dimensions.ts';
export { Ingest, type IngestOptions, type IngestOutcome, type RejectedRecord } from './ingest.ts';
export { MeasureShape, NO_MEASURES } from './measures.ts';
export { attributeNameFault, dimensionNameFault, measureNameFault } from './names.ts';
export { invalidValue, readValue } from './read-value.ts';
export {
  ABSENT,
  BIGINT,
  BOOLEAN,
  DOUBLE,
  MULTI,
  NANOSECONDS,
  typeCode,
  typeName,
  unitCode,
  VARCHAR,
  valueBytes,
  WIRE_TYPES,
  WIRE_UNITS,
} from './value-type.ts';
