/** Types of pages.mjs, for the test that is written in TypeScript. */
export declare function referencePages(sources: {
  readonly load: (module: string) => Promise<unknown>;
  readonly readSource: (module: string) => string;
}): Promise<ReadonlyMap<string, string>>;
