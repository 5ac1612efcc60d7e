/** How many TypeScript files there are under src/, tests included. */
import { readdirSync } from 'node:fs';

export function countSources() {
  const names = readdirSync(new URL('../src', import.meta.url), { recursive: true });
  return names.filter((name) => String(name).endsWith('.ts')).length;
}
