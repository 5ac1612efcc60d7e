/** `npm run bench`: prepares the checkout, compiles the benchmark beside it, and runs it. */
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
const run = spawnSync(process.execPath, [join(root, 'dist', 'bench', 'bench', 'run.js')], {
  cwd: root,
  stdio: 'inherit',
});
process.exit(run.status ?? 1);
