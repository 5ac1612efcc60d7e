/** Makes the kernels callable from SQL, under their own names. */
import type { Engine } from '../../engine/api.ts';
import { type AskMemory, kernelsAsking } from '../kernels/api.ts';
import { scalarFunctionOf } from '../kernels/scalar-function.ts';

export function registerKernels(engine: Engine, askMemory?: AskMemory): void {
  for (const kernel of kernelsAsking(askMemory)) engine.registerFunction(scalarFunctionOf(kernel));
}
