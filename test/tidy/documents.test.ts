/**
 * Documents that people write: no link leads nowhere, every decision is listed, and the changelog
 * knows the version. The generated ones are held to the sources by reference.test.ts.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '..', '..');
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

const documents = [
  ...readdirSync(ROOT).filter((name) => name.endsWith('.md')),
  ...readdirSync(join(ROOT, 'docs'), { recursive: true })
    .map((name) => join('docs', String(name)))
    .filter((path) => path.endsWith('.md')),
];

describe('the documents', () => {
  test('are found: the rules below read something', () => {
    expect(documents.length).toBeGreaterThan(20);
  });

  test('have no link to a file that is not there', () => {
    const broken = documents.flatMap((path) =>
      [...read(path).matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)]
        .map(([, target = '']) => target)
        .filter((target) => !/^https?:/.test(target))
        .filter((target) => !existsSync(join(ROOT, dirname(path), target)))
        .map((target) => `${path}: ${target}`),
    );
    expect(broken).toEqual([]);
  });

  test('list every decision, each with its context, choice and consequences', () => {
    const index = read('docs/decisions/README.md');
    const decisions = readdirSync(join(ROOT, 'docs', 'decisions')).filter((name) =>
      /^\d{4}-/.test(name),
    );
    expect(decisions.length).toBeGreaterThan(0);
    for (const name of decisions) {
      expect(index).toContain(name);
      const text = read(join('docs', 'decisions', name));
      for (const part of ['**Context.**', '**Choice.**', '**Consequences.**']) {
        expect(text, name).toContain(part);
      }
    }
  });

  test('tell of the version that this is', () => {
    const { version } = JSON.parse(read('package.json')) as { version: string };
    expect(read('CHANGELOG.md')).toContain(`## ${version}`);
  });
});
