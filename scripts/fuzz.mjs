/**
 * `npm run fuzz -- [--seconds N] [--seed N]`: sends made-up statements to the built server for as
 * long as it is told, and reports every answer that a client should never get.
 */
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const require = createRequire(import.meta.url);
const { prepare, root } = require('./prepare.cjs');

const { values } = parseArgs({
  options: { seconds: { type: 'string', default: '60' }, seed: { type: 'string' } },
});
const seed = values.seed ?? String(Math.floor(Math.random() * 2 ** 32));

prepare();
const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
const run = spawnSync(process.execPath, [vitest, 'run', '--project', 'system', 'test/fuzz'], {
  cwd: root,
  stdio: 'inherit',
  env: { ...process.env, TESSERA_FUZZ_SECONDS: values.seconds, TESSERA_FUZZ_SEED: seed },
});
process.exit(run.status ?? 1);
