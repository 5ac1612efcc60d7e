/**
 * Functions that can make much of little ask before they do: `k_text_room(bytes)`, for arrays
 * `k_array_room(bytes)`, is true, or fails because one value would be too large, or all values of
 * this step would be more than the process may still take.
 *
 *     CASE WHEN k_text_room(strlen(a) + strlen(b)) THEN a || b END
 *
 * The second parameter, where there is one, keeps the engine from asking once for all rows: what is
 * the same for every row is still copied for each of them.
 */
import { ARRAY_BYTES_MAX, TEXT_BYTES_MAX } from '../../base/limits.ts';
import { ARRAY_TOO_LARGE, TEXT_TOO_LARGE } from '../../base/too-large.ts';
import type { Kernel, VectorKernel } from './kernel.ts';

/** Throws when so many bytes more are too many. */
export type AskMemory = (bytes: number) => void;

function roomKernel(
  name: string,
  limit: { readonly bytesMax: number; readonly failure: string },
  askMemory: AskMemory,
): VectorKernel {
  return {
    name,
    parameters: ['bigint'],
    result: 'boolean',
    nulls: 'propagate',
    run([sizes], rows, out) {
      if (sizes?.kind !== 'bigint') throw new TypeError('sizes are whole numbers');
      let sum = 0;
      for (let row = 0; row < rows; row++) {
        if (sizes.isNull(row)) continue;
        const bytes = Number(sizes.bigints[row]);
        if (bytes > limit.bytesMax) throw new Error(limit.failure);
        sum += bytes;
      }
      askMemory(sum);
      out.bytes.fill(1, 0, rows);
    },
  };
}

export function sizeKernels(askMemory: AskMemory): readonly Kernel[] {
  const kernels = [
    roomKernel('k_text_room', { bytesMax: TEXT_BYTES_MAX, failure: TEXT_TOO_LARGE }, askMemory),
    roomKernel('k_array_room', { bytesMax: ARRAY_BYTES_MAX, failure: ARRAY_TOO_LARGE }, askMemory),
  ];
  return kernels.flatMap((kernel) => [
    kernel,
    { ...kernel, parameters: ['bigint', 'boolean'] as const },
  ]);
}
