/** Makes the kernels callable from SQL, under their own names. */
import { type Engine, perRow, type VectorValue } from '../../engine/api.ts';
import { KERNELS } from '../kernels/api.ts';

export function registerKernels(engine: Engine): void {
  for (const kernel of KERNELS) {
    engine.registerFunction(
      perRow({
        name: kernel.name,
        parameters: kernel.parameters,
        result: kernel.result,
        nulls: kernel.nulls,
        ...(kernel.volatile ? { volatile: true } : {}),
        apply: (...values: readonly VectorValue[]) => kernel.perRow(...values),
      }),
    );
  }
}
