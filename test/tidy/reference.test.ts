/**
 * The reference documentation says what the sources say: it is made anew in memory and compared
 * with what is checked in; and the tables it is made from document every entry.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readLimits } from '../../scripts/reference/limits.mjs';
import { METRIC_MODULES } from '../../scripts/reference/metrics.mjs';
import { referencePages } from '../../scripts/reference/pages.mjs';
import { SERVICE_ERRORS } from '../../src/base/errors.ts';
import { OPTIONS } from '../../src/host/config/options.ts';
import { documentedFunctions } from '../../src/query/analyse/functions/registry.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const FOLDER = join(ROOT, 'docs', 'reference');
const COMMAND = 'npm run reference';

const readSource = (module: string): string =>
  readFileSync(join(ROOT, 'src', `${module}.ts`), 'utf8');

const pages = await referencePages({
  load: (module) => import(join(ROOT, 'src', `${module}.ts`)),
  readSource,
});

const checkedIn = readdirSync(FOLDER, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => join(entry.parentPath, entry.name).slice(FOLDER.length + 1));

describe('docs/reference', () => {
  test(`has the pages that the sources make, and no others (else: ${COMMAND})`, () => {
    expect([...checkedIn].sort()).toEqual([...pages.keys()].sort());
  });

  test.each([...pages])(`%s says what the sources say (else: ${COMMAND})`, (path, text) => {
    expect(readFileSync(join(FOLDER, path), 'utf8')).toBe(text);
  });

  test('has no link that leads nowhere', () => {
    const broken = [...pages].flatMap(([path, text]) =>
      [...text.matchAll(/\]\(([^)#]+)(?:#([^)]*))?\)/g)]
        .filter(([, target = '', anchor]) => !leadsSomewhere(path, target, anchor))
        .map(([link]) => `${path}: ${link}`),
    );
    expect(broken).toEqual([]);
  });
});

describe('the tables of the reference', () => {
  test('name every metrics.ts there is', () => {
    const found = readdirSync(join(ROOT, 'src'), { recursive: true })
      .map(String)
      .filter((path) => path.endsWith('/metrics.ts') && path !== 'host/metrics.ts');
    const named = METRIC_MODULES.map(({ module }) => `${module}.ts`);
    expect(named.toSorted()).toEqual(found.toSorted());
  });

  test('are the only place where metrics are made', () => {
    const elsewhere = readdirSync(join(ROOT, 'src'), { recursive: true })
      .map(String)
      .filter((path) => /(?<!\.test|\/metrics)\.ts$/.test(path))
      .filter((path) =>
        /new (Counter|Gauge|Histogram|Summary)\(/.test(readSource(path.slice(0, -3))),
      );
    expect(elsewhere).toEqual([]);
  });

  test('give every metric a help text', () => {
    const rows = [...(pages.get('metrics.md') ?? '').matchAll(/^\| `(\w+)` .*\| (.*) \|$/gm)];
    expect(rows.length).toBeGreaterThan(20);
    expect(rows.filter(([, , help]) => !isSentence(help)).map(([, name]) => name)).toEqual([]);
  });

  test('describe every setting, every error and every limit', () => {
    const limits = readLimits(readSource('base/limits')).flatMap((section) => section.limits);
    const described = [
      ...OPTIONS.map(({ name, description }) => [name, description] as const),
      ...Object.entries(SERVICE_ERRORS).map(([name, { when }]) => [name, when] as const),
      ...limits.map(({ name, why }) => [name, why] as const),
    ];
    expect(limits.length).toBeGreaterThan(50);
    expect(described.filter(([, text]) => !isSentence(text)).map(([name]) => name)).toEqual([]);
  });

  test('say of every SQL function what it does', () => {
    const functions = documentedFunctions().flatMap((family) => family.functions);
    expect(functions.filter(({ doc }) => !isSentence(doc)).map(({ name }) => name)).toEqual([]);
  });
});

function leadsSomewhere(from: string, target: string, anchor: string | undefined): boolean {
  const path = join(from, '..', target);
  const text = path.startsWith('..') ? readFileSync(join(FOLDER, path), 'utf8') : pages.get(path);
  if (text === undefined) return false;
  return anchor === undefined || text.split('\n').includes(`## ${anchor}`);
}

/** Two words at least: more than the name once again. */
function isSentence(text: string | undefined): boolean {
  return text !== undefined && /\S\s+\S/.test(text.trim());
}
