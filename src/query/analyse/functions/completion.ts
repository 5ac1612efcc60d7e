/**
 * What an editor offers while a statement is written: the functions by name, each with its
 * signatures and a line on what it does. Read from the registry; pure, so that a browser can ask.
 */
import type { FunctionOverload } from './overload.ts';
import { documentedFunctions } from './registry.ts';

export interface FunctionCompletion {
  readonly name: string;
  /** Title of the family in the reference documentation. */
  readonly family: string;
  readonly kind: FunctionOverload['kind'];
  /** As to be shown: `round(double, integer) -> double`. */
  readonly signatures: readonly string[];
  readonly doc: string;
  readonly example?: string;
}

/** By name. Functions that are known by name only are not among them. */
export function functionCompletions(): readonly FunctionCompletion[] {
  const byName = new Map<string, FunctionCompletion>();
  for (const { title, functions } of documentedFunctions()) {
    for (const overload of functions) {
      if (overload.lower.kind === 'not-yet') continue;
      byName.set(overload.name, merged(byName.get(overload.name), overload, title));
    }
  }
  return [...byName.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

function merged(
  known: FunctionCompletion | undefined,
  { name, kind, signature, doc, example }: FunctionOverload,
  family: string,
): FunctionCompletion {
  const shown = `${name}${signature.replace(/^<[^>]*> ?/, '')}`;
  if (known) return { ...known, signatures: [...known.signatures, shown] };
  return { name, family, kind, signatures: [shown], doc, ...(example ? { example } : {}) };
}
