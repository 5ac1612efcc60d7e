/**
 * The ends of the nanosecond times. DuckDB's TIMESTAMP_NS keeps the largest one for infinity; a
 * measure may have it (write-api 5.5), the time of a row never comes near.
 */
export const INT64_MAX = (1n << 63n) - 1n;
/** Of times that are no infinity; what is below does not occur. */
export const INT64_MIN = -INT64_MAX;
