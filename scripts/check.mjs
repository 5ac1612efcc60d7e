/**
 * `npm run check`: everything that can be said about the sources without running the server.
 * All steps run, so that one report shows all that is wrong; the exit code says whether any failed.
 */
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const { root } = require('./prepare.cjs');

export const STEPS = [
  { name: 'format and lint', command: ['biome', 'check', '--error-on-warnings', '.'] },
  { name: 'types', command: ['tsc', '-p', 'tsconfig.json'] },
  { name: 'layers', command: ['node', 'scripts/layers.mjs'] },
  { name: 'dead code', command: ['knip', '--no-progress'] },
];

/** Runs the steps and returns the names of those that failed. */
export function runSteps(steps) {
  return steps.filter(({ name, command }) => !succeeds(name, command)).map(({ name }) => name);
}

function succeeds(name, [program, ...args]) {
  const started = Date.now();
  const onPath = { ...process.env, PATH: `${root}/node_modules/.bin:${process.env.PATH}` };
  const result = spawnSync(program, args, { cwd: root, stdio: 'inherit', env: onPath });
  const verdict = result.status === 0 ? 'ok' : 'FAILED';
  console.log(`check: ${name} ${verdict} (${((Date.now() - started) / 1000).toFixed(1)} s)`);
  return result.status === 0;
}

if (import.meta.filename === process.argv[1]) {
  const unit = { name: 'unit tests', command: ['vitest', 'run', '--project', 'unit'] };
  const failed = runSteps([...STEPS, unit]);
  if (failed.length > 0) console.log(`check: failed: ${failed.join(', ')}`);
  process.exit(failed.length > 0 ? 1 : 0);
}
