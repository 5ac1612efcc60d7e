/**
 * `npm run bench [-- name]`: prepares the checkout, compiles the benchmarks beside it, and runs
 * bench/<name>.ts; `run`, the whole server, when no name is given.
 */
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const require = createRequire(import.meta.url);
const { prepare, root } = require('./prepare.cjs');

prepare();
const compile = spawnSync(
  process.execPath,
  [join(root, 'node_modules', 'typescript', 'bin', 'tsc'), '-p', 'tsconfig.bench.json'],
  { cwd: root, stdio: 'inherit' },
);
if (compile.status !== 0) process.exit(1);
const [name = 'run'] = process.argv.slice(2);
const program = join(root, 'dist', 'bench', 'bench', `${name}.js`);
const run = spawnSync(process.execPath, [program], {
  cwd: root,
  stdio: 'inherit',
});
process.exit(run.status ?? 1);
