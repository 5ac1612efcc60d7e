/**
 * The life of records in tiles against a plain model (simulation.ts). The seed is printed;
 *
 *     TESSERA_SIM_SEED=123 TESSERA_SIM_STEPS=500 npx vitest run test/sim
 *
 * repeats one life of that many steps, as far as the engine's threads allow. TESSERA_SIM_LIVES is
 * the number of lives, with ascending seeds.
 */
import { expect, test } from 'vitest';
import { simulate } from './simulation.ts';

const seed = Number(process.env['TESSERA_SIM_SEED'] ?? Date.now() % 1_000_000);
const steps = Number(process.env['TESSERA_SIM_STEPS'] ?? 1250);
const lives = Number(process.env['TESSERA_SIM_LIVES'] ?? 8);

test.each(Array.from({ length: lives }, (_, at) => seed + at))(
  `tables are what the model says (seed %i, ${steps} steps)`,
  {
    timeout: 600_000,
  },
  async (own) => {
    const lines: string[] = [];
    const isVerbose = process.env['TESSERA_SIM_VERBOSE'] !== undefined;
    const report = await simulate({
      seed: own,
      steps,
      leisure: Number(process.env['TESSERA_SIM_LEISURE'] ?? 20),
      onStep: (step) => {
        lines.push(step);
        if (isVerbose) process.stderr.write(`${step}\n`);
      },
    }).catch((error: unknown) => {
      throw new Error(
        `${String((error as Error).message)}\nlast steps: ${lines.slice(-12).join(', ')}`,
        {
          cause: error,
        },
      );
    });
    if (isVerbose) process.stderr.write(`${JSON.stringify(report)}\n`);
    // A life in which nothing happened proves nothing.
    expect(report.rowsCompared).toBeGreaterThan(steps);
  },
);
