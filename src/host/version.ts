/** The version of this build, from package.json, which stands beside dist/ and src/ alike. */
import { readFileSync } from 'node:fs';

function readVersion(): string {
  const file = new URL('../../package.json', import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}

export const VERSION = readVersion();
