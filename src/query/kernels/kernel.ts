/**
 * What a kernel is: a scalar function in TypeScript over the physical forms of values
 * (analyse/types.ts). The engine calls it from SQL by its name. Kernels are pure: same arguments,
 * same result, unless marked volatile.
 *
 * Most are written for one row (`perRow`). Those over long lists, such as time series, are written
 * for whole vectors (`run`) and read the columns as the engine has them.
 *
 * A value of a row: bigint columns give bigint, integer and double give number, lists give arrays,
 * structs give objects by field name. An Error thrown ends the query with its message.
 */
import type { ResultVector, VectorView } from '../../engine/api.ts';

export type KernelScalar = 'boolean' | 'integer' | 'bigint' | 'double' | 'varchar';

/** Shaped as the engine's VectorType. */
export type KernelType =
  | KernelScalar
  | { readonly list: KernelType }
  | { readonly struct: readonly (readonly [name: string, type: KernelType])[] };

export type KernelValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | readonly KernelValue[]
  | { readonly [field: string]: KernelValue };

interface Declaration {
  /** Begins with `k_`. A name may stand again with other parameters, as an overload. */
  readonly name: string;
  readonly result: KernelType;
  /** `propagate`: a NULL at the top level makes the result NULL, whatever the kernel does. */
  readonly nulls: 'propagate' | 'called';
  readonly volatile?: true;
}

export interface RowKernel extends Declaration {
  readonly parameters: readonly KernelType[];
  /** Never called with a NULL at the top level if NULLs propagate. */
  perRow(...values: readonly KernelValue[]): KernelValue;
}

export interface VectorKernel extends Declaration {
  /** 'any' takes every type as it is; the kind is seen on the view. */
  readonly parameters: readonly (KernelType | 'any')[];
  /** Rows that are NULL hold empty lists; what is written for them does not count. */
  run(args: readonly VectorView[], rows: number, out: ResultVector): void;
}

export type Kernel = RowKernel | VectorKernel;

interface ScalarValues {
  boolean: boolean;
  integer: number;
  bigint: bigint;
  double: number;
  varchar: string;
}

type StructValue<F> = F extends readonly (readonly [string, unknown])[]
  ? { readonly [Field in F[number] as Field[0]]: ValueOf<Field[1]> | null }
  : never;

/** The TypeScript type of a non-NULL value of a kernel type. */
export type ValueOf<T> = T extends keyof ScalarValues
  ? ScalarValues[T]
  : T extends { readonly list: infer E }
    ? readonly (ValueOf<E> | null)[]
    : T extends { readonly struct: infer F }
      ? StructValue<F>
      : never;

type ArgumentsOf<P extends readonly KernelType[], Nulls> = {
  readonly [At in keyof P]: Nulls extends 'called' ? ValueOf<P[At]> | null : ValueOf<P[At]>;
};

/** Declares a kernel whose body is typed by its parameters. */
export function defineKernel<
  const P extends readonly KernelType[],
  const R extends KernelType,
  const Nulls extends 'propagate' | 'called' = 'propagate',
>(kernel: {
  readonly name: string;
  readonly parameters: P;
  readonly result: R;
  readonly nulls?: Nulls;
  readonly volatile?: true;
  readonly perRow: (...values: ArgumentsOf<P, Nulls>) => ValueOf<R> | null;
}): RowKernel {
  return {
    name: kernel.name,
    parameters: kernel.parameters,
    result: kernel.result,
    nulls: kernel.nulls ?? 'propagate',
    ...(kernel.volatile ? { volatile: true } : {}),
    // The caller passes what `parameters` says, which is what the body's types say.
    perRow: kernel.perRow as unknown as RowKernel['perRow'],
  };
}
