/** For tests: a tree without its positions, so that trees can be compared by what they say. */
export function withoutPositions(tree: unknown): unknown {
  if (Array.isArray(tree)) return tree.map(withoutPositions);
  if (typeof tree !== 'object' || tree === null) return tree;
  const entries = Object.entries(tree).filter(([key]) => key !== 'at');
  return Object.fromEntries(entries.map(([key, value]) => [key, withoutPositions(value)]));
}
