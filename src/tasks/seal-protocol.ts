/**
 * What the main thread and the sealing thread say to each other.
 *
 *   main ── seal ─► thread ── sealed | failed ──► main      one at a time
 *   main ── stop ─► thread                                  ends when the seal at work has ended
 */
import type { VectorValue } from '../engine/api.ts';
import type { ObjectContents, ObjectLayout, SortKey } from '../magnetic/api.ts';
import type { SlabHandle } from '../memory/api.ts';
import type { ScanTask } from '../query/execute/api.ts';

/** Rows to be written as objects, in order of time when they are several. */
export interface SealOrder {
  readonly layout: ObjectLayout;
  /** The rows; its `tile_scan(<scanId>)` are those of `scans`. */
  readonly relation: string;
  /** Whether it merges several sources; otherwise it has the rows of its only one, as they come. */
  readonly isMerge: boolean;
  /** The rows that lose against others of `relation`'s sources, for the report; columns as there,
   *  then existing_version. */
  readonly rejected: string | undefined;
  readonly scans: readonly ScanTask[];
  readonly sortFirst: SortKey;
  /** A draft for each object wanted. */
  readonly drafts: readonly string[];
}

export type WrittenDraft = ObjectContents & { readonly draft: string };

export interface SealResult {
  /** Drafts without rows are left out. */
  readonly written: readonly WrittenDraft[];
  readonly rejected: readonly (readonly VectorValue[])[];
}

export type ToSealThread =
  | {
      readonly kind: 'seal';
      readonly order: SealOrder;
      readonly slabs: readonly SlabHandle[];
    }
  | { readonly kind: 'stop' };

export type FromSealThread =
  | { readonly kind: 'ready' }
  | { readonly kind: 'sealed'; readonly result: SealResult }
  | { readonly kind: 'failed'; readonly text: string };

export interface SealThreadSettings {
  readonly memoryBytesMax: number;
  readonly allowedDirectories: readonly string[];
  readonly tempDir: string;
}
