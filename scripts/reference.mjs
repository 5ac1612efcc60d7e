/**
 * `npm run reference`: writes docs/reference/ anew from the tables in the sources. A unit test
 * (test/tidy/reference.test.ts) fails when what is checked in says something else.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { referencePages } from './reference/pages.mjs';

const require = createRequire(import.meta.url);
const { prepare, root } = require('./prepare.cjs');

prepare();
const pages = await referencePages({
  load: (module) => import(pathToFileURL(join(root, 'dist', `${module}.js`)).href),
  readSource: (module) => readFileSync(join(root, 'src', `${module}.ts`), 'utf8'),
});
const folder = join(root, 'docs', 'reference');
rmSync(folder, { recursive: true, force: true });
for (const [path, text] of pages) {
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}
console.log(`reference: ${pages.size} pages written to docs/reference`);
