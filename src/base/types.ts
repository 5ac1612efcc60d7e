/**
 * The types a stored value can have (write-api 5.5). `MULTI` is not among them: it is a record's
 * shape, not a value's.
 */
export const STORED_TYPES = ['double', 'bigint', 'varchar', 'boolean', 'timestamp'] as const;
export type StoredType = (typeof STORED_TYPES)[number];

/** What a measure name is bound to by its first record (write-api 5.8). */
export type MeasureType = Exclude<StoredType, 'timestamp'> | 'multi';
