/** Types of limits.mjs, for the test that is written in TypeScript. */
export declare function readLimits(source: string): readonly {
  readonly title: string;
  readonly limits: readonly { readonly name: string; readonly why: string }[];
}[];
