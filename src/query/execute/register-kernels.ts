/** Makes the kernels callable from SQL, under their own names. */
import type { Engine } from '../../engine/api.ts';
import { KERNELS } from '../kernels/api.ts';
import { scalarFunctionOf } from '../kernels/scalar-function.ts';

export function registerKernels(engine: Engine): void {
  for (const kernel of KERNELS) engine.registerFunction(scalarFunctionOf(kernel));
}
