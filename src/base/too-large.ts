/** What a client is told of a value that a function would make too large (limits.ts). */
import { ARRAY_BYTES_MAX, TEXT_BYTES_MAX } from './limits.ts';

const mebibytes = (bytes: number): string => `${bytes / 2 ** 20} MiB`;

export const TEXT_TOO_LARGE = `Function result too large: a text may have at most ${mebibytes(TEXT_BYTES_MAX)}`;
export const ARRAY_TOO_LARGE = `Function result too large: an array may have at most ${mebibytes(ARRAY_BYTES_MAX)}`;
