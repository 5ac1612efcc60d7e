/**
 * Branded ids and quantities: plain numbers, strings and bigints at run time, told apart by the
 * compiler, so that a tile id cannot be passed where a table id belongs.
 */
declare const brand: unique symbol;

export type Brand<T, Name extends string> = T & { readonly [brand]: Name };

/** Nanoseconds since the Unix epoch, UTC. */
export type Nanos = Brand<bigint, 'Nanos'>;

/** A database or table keeps its id for life; a re-created one of the same name gets a new id. */
export type DatabaseId = Brand<number, 'DatabaseId'>;
export type TableId = Brand<number, 'TableId'>;
export type TileId = Brand<number, 'TileId'>;
/** Hot rows of a tile between two seals. Counted together with tiles; a tile's first has its number. */
export type GenerationId = Brand<number, 'GenerationId'>;

/** Position of an entry in a log: 0, 1, 2 …, without gaps. */
export type LogIndex = Brand<number, 'LogIndex'>;
