/**
 * `npm test`: installs and builds if need be, checks the sources, then runs every test: those
 * beside the sources, and those that run the built server as a user would.
 *
 * Ends with one line of totals, in which each step of the check counts as one.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const require = createRequire(import.meta.url);
const { prepare, root } = require('./prepare.cjs');

prepare();
const { runSteps, STEPS } = await import('./check.mjs');

const failedSteps = runSteps(STEPS);
const tests = runTests(process.argv.slice(2));
const passed = tests.passed + STEPS.length - failedSteps.length;
const failed = tests.failed + failedSteps.length;
if (failedSteps.length > 0) console.log(`failed checks: ${failedSteps.join(', ')}`);
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed > 0 ? 1 : 0);

function runTests(filters) {
  const folder = mkdtempSync(join(tmpdir(), 'tessera-test-'));
  const report = join(folder, 'report.json');
  const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const run = spawnSync(process.execPath, [vitest, 'run', ...reporters, ...filters], {
    cwd: root,
    stdio: 'inherit',
  });
  const totals = readTotals(report);
  rmSync(folder, { recursive: true, force: true });
  // A run that ended badly without a failed test (a crash, an unhandled error) is a failure too.
  const crashed = run.status !== 0 && totals.failed === 0 ? 1 : 0;
  return { passed: totals.passed, failed: totals.failed + crashed };
}

function readTotals(report) {
  try {
    const { numPassedTests, numTotalTests, numFailedTestSuites } = JSON.parse(
      readFileSync(report, 'utf8'),
    );
    const notPassed = numTotalTests - numPassedTests;
    // Suites that could not even be loaded have no tests to count.
    return { passed: numPassedTests, failed: notPassed > 0 ? notPassed : numFailedTestSuites };
  } catch (error) {
    console.error(`the test report could not be read: ${error.message}`);
    return { passed: 0, failed: 1 };
  }
}
