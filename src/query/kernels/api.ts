/** All kernels, for the engine to register and for folding constants, and the texts of values. */
import { foldKernels } from './fold-kernels.ts';
import { hashKernels } from './hash-kernels.ts';
import { jsonKernels } from './json-kernels.ts';
import type { Kernel } from './kernel.ts';
import { momentKernels } from './moment-kernels.ts';
import { numberKernels } from './number-kernels.ts';
import { percentileKernels } from './percentile-kernels.ts';
import { regexpKernels } from './regexp-kernels.ts';
import { seriesCalculusKernels } from './series-calculus.ts';
import { seriesKernels } from './series-kernels.ts';
import { setKernels } from './set-kernels.ts';
import { type AskMemory, sizeKernels } from './size-kernels.ts';
import { statisticsKernels } from './statistics-kernels.ts';
import { stringKernels } from './string-kernels.ts';
import { timeKernels } from './time-kernels.ts';
import { urlKernels } from './url-kernels.ts';

export type { Arithmetic, CellType, FoldNode, FoldProgram, NumberType } from './fold-program.ts';
export { REGEXP_V8_FLAGS } from './java-regexp.ts';
export type { Kernel, KernelType, KernelValue } from './kernel.ts';
export { parseDate, parseTime, parseTimestamp } from './parse-time.ts';

export type { AskMemory } from './size-kernels.ts';

/** `askMemory` is called before much memory is taken, and throws when there is none. */
export const kernelsAsking = (askMemory: AskMemory = () => {}): readonly Kernel[] => [
  ...sizeKernels(askMemory),
  ...timeKernels,
  ...numberKernels,
  ...stringKernels,
  ...regexpKernels,
  ...momentKernels,
  ...percentileKernels,
  ...setKernels,
  ...statisticsKernels,
  ...hashKernels,
  ...foldKernels,
  ...jsonKernels,
  ...urlKernels,
  ...seriesKernels,
  ...seriesCalculusKernels,
];

export const KERNELS: readonly Kernel[] = kernelsAsking();
