/**
 * `npm run bench [-- name [flags]]`: prepares the checkout, compiles the benchmarks beside it, and
 * runs bench/<name>.ts; all of them, one after the other, when nothing is given, and `dashboards` when
 * only flags are (`npm run bench -- --peers`). Sizes are small by default; the head of each file
 * says by which flags they grow.
 */
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const require = createRequire(import.meta.url);
const { prepare, root } = require('./prepare.cjs');

/** The cheapest first; `dashboards` writes millions of records and is run by its name. */
const ALL = [
  'analyse',
  'seal',
  'memory',
  'storage',
  'week',
  'growth',
  'split',
  'series-memory',
  'tile-index',
  'run',
];

prepare();
const compile = spawnSync(
  process.execPath,
  [join(root, 'node_modules', 'typescript', 'bin', 'tsc'), '-p', 'tsconfig.bench.json'],
  { cwd: root, stdio: 'inherit' },
);
if (compile.status !== 0) process.exit(1);
const [first, ...rest] = process.argv.slice(2);
const [named, flags] =
  first?.startsWith('--') === true ? ['dashboards', [first, ...rest]] : [first, rest];
let status = 0;
for (const name of named === undefined ? ALL : [named]) {
  if (named === undefined) console.log(`\n${name}`);
  const program = join(root, 'dist', 'bench', 'bench', `${name}.js`);
  const run = spawnSync(process.execPath, [program, ...flags], { cwd: root, stdio: 'inherit' });
  status ||= run.status ?? 1;
}
process.exit(status);
