/**
 * A kernel as the engine's scalar function. Apart from api.ts, so that only callers load the
 * engine.
 */
import { perRow, type ScalarFunction, type VectorValue } from '../../engine/api.ts';
import type { Kernel } from './kernel.ts';

export function scalarFunctionOf(kernel: Kernel): ScalarFunction {
  if ('run' in kernel) return kernel;
  const { perRow: apply, ...declaration } = kernel;
  return perRow({
    ...declaration,
    apply: (...values: readonly VectorValue[]) => apply(...values),
  });
}
