/** Types of metrics.mjs, for the test that is written in TypeScript. */
export declare const METRIC_MODULES: readonly { readonly module: string }[];
