/**
 * The rows of a running query, pulled chunk by chunk.
 */
import type { VectorView } from './vector.ts';
import type { VectorType } from './vector-type.ts';

export interface ResultStream {
  readonly columns: readonly { readonly name: string; readonly type: VectorType }[];
  /** The next chunk, or null after the last. One call at a time. Throws EngineError. */
  next(): Promise<ResultChunk | null>;
  /** Makes a pending or the next next() fail with kind 'interrupted'; close() must still be called. */
  interrupt(): void;
  /** Ends the query, finished or not, and gives its connection back. May be called twice. */
  close(): Promise<void>;
}

/** Holds its values as long as it is referenced, also after the stream has gone on. */
export interface ResultChunk {
  readonly rows: number;
  column(ordinal: number): VectorView;
}

/** What is needed of an AbortSignal. */
export interface AbortSignalLike {
  readonly aborted: boolean;
  addEventListener(type: 'abort', listener: () => void): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}
