/**
 * Runs every golden file of this folder against one server: see README.md for their form. With
 * TESSERA_SQL_UPDATE=1 the answers that differ are written into the files, for review as a diff.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, chai, describe, expect, test } from 'vitest';
import { startTessera, type Tessera } from '../support/tessera.ts';
import { answerOf, sameAnswer } from './golden-answer.ts';
import { type Check, parseGoldenFile, replaceExpectations } from './golden-file.ts';
import { loadTable } from './golden-load.ts';

const FOLDER = import.meta.dirname;
const LOG_CHARS = 3000;
const UPDATE = process.env['TESSERA_SQL_UPDATE'] === '1';
// Reports show both answers whole.
chai.config.truncateThreshold = 0;

let server: Tessera;

/** A server that went away has said why. */
function withServerLog(error: unknown): never {
  throw new Error(`no answer; the server's log ends:\n${server.log().slice(-LOG_CHARS)}`, {
    cause: error,
  });
}

beforeAll(async () => {
  server = await startTessera();
});

afterAll(async () => {
  await server.dispose();
});

for (const name of readdirSync(FOLDER).filter((name) => name.endsWith('.golden'))) {
  const path = join(FOLDER, name);
  const text = readFileSync(path, 'utf8');
  const file = parseGoldenFile(text);
  const updates = new Map<Check, readonly string[]>();

  describe(`${name}: ${file.title}`, () => {
    beforeAll(async () => {
      const nowMs = Date.now();
      for (const load of file.loads) await loadTable(server.write, load, nowMs);
    });

    afterAll(() => {
      if (updates.size > 0) writeFileSync(path, replaceExpectations(text, updates));
    });

    for (const section of new Set(file.checks.map((check) => check.section))) {
      describe(section, () => {
        for (const check of file.checks.filter((check) => check.section === section)) {
          test(`${check.name} (line ${check.line + 1})`, async () => {
            const answer = await answerOf(server.query, check).catch(withServerLog);
            if (sameAnswer(check, answer)) return;
            if (UPDATE) updates.set(check, answer);
            else expect(answer.join('\n'), check.sql).toBe(check.expected.join('\n'));
          });
        }
      });
    }
  });
}
