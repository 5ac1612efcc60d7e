/**
 * Checks who imports whom (ARCHITECTURE.md), and that the checker did read the sources: it reports
 * no violations as well when it finds no modules.
 */
import { cruise } from 'dependency-cruiser';
import config from '../.dependency-cruiser.cjs';
import { countSources } from './sources.mjs';

const { output } = await cruise(['src'], { ...config.options, ruleSet: config, validate: true });
const read = output.modules.filter(({ source }) => source.startsWith('src/')).length;
const expected = countSources();
for (const { rule, from, to } of output.summary.violations) {
  console.log(`${rule.severity} ${rule.name}: ${from} -> ${to}`);
}
console.log(`layers: ${read} of ${expected} modules read, ${output.summary.error} violations`);
process.exit(output.summary.error > 0 || read !== expected ? 1 : 0);
