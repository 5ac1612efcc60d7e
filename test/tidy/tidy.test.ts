/**
 * House rules that no general linter knows: sizes, headers, and words that belong in one place.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '..', '..');
const FILE_LINES_MAX = 500;
const FUNCTION_LINES_MAX = 60;
const LINE_LENGTH_MAX = 100;

interface SourceFile {
  readonly path: string;
  readonly text: string;
}

const read = (path: string): SourceFile => ({
  path,
  text: readFileSync(join(ROOT, path), 'utf8'),
});

const filesUnder = (folder: string): readonly SourceFile[] =>
  readdirSync(join(ROOT, folder), { recursive: true })
    .map((name) => join(folder, String(name)))
    .filter((path) => path.endsWith('.ts'))
    .map(read);

const isTest = ({ path }: SourceFile) => /\.(test|bench|test-support)\.ts$/.test(path);
const sources = filesUnder('src').filter((file) => !isTest(file));
const everything = [...filesUnder('src'), ...filesUnder('test'), ...filesUnder('bench')];

/** `path:line` of every line that matches, comments left out. */
function linesMatching(files: readonly SourceFile[], pattern: RegExp): readonly string[] {
  return files.flatMap(({ path, text }) =>
    text
      .split('\n')
      .map((line, at) => ({ line, at: at + 1 }))
      .filter(({ line }) => !/^\s*(\*|\/\/|\/\*)/.test(line) && pattern.test(line))
      .map(({ at }) => `${path}:${at}`),
  );
}

describe('every source file', () => {
  test('is found: the rules below read something', () => {
    expect(sources.length).toBeGreaterThan(100);
  });

  test('opens with a comment that says what it is for', () => {
    const bare = sources.filter(({ text }) => !/^(#!.*\n)?(\/\*\*|\/\/ )/.test(text));
    expect(bare.map(({ path }) => path)).toEqual([]);
  });

  test(`has at most ${FILE_LINES_MAX} lines`, () => {
    const long = sources.filter(({ text }) => text.split('\n').length > FILE_LINES_MAX);
    expect(long.map(({ path }) => path)).toEqual([]);
  });

  test(`has no line of more than ${LINE_LENGTH_MAX} characters, but for texts`, () => {
    const long = everything.flatMap(({ path, text }) =>
      text
        .split('\n')
        .map((line, at) => ({ line, at: at + 1 }))
        .filter(({ line }) => line.length > LINE_LENGTH_MAX && !/['"`]|https?:|\//.test(line))
        .map(({ at }) => `${path}:${at}`),
    );
    expect(long).toEqual([]);
  });

  test(`has no function of more than ${FUNCTION_LINES_MAX} lines`, () => {
    expect(sources.flatMap(longFunctions)).toEqual([]);
  });

  test('holds no unfinished work', () => {
    const marks = new RegExp(`\\b(${['TO', 'DO'].join('')}|${['FIX', 'ME'].join('')})\\b`);
    expect(everything.filter(({ text }) => marks.test(text)).map(({ path }) => path)).toEqual([]);
  });
});

describe('the machine is touched in one place', () => {
  const above = sources.filter(
    ({ path }) => !/^src\/(host|substrate|engine|cli)\/|^src\/[^/]+\.ts$/.test(path),
  );

  test.each([
    ['the time', /\bDate\.now\(|\bnew Date\(\)|\bperformance\.now\(/],
    ['chance', /\bMath\.random\(/],
    ['the environment', /\bprocess\.(env|exit|argv|cwd)\b/],
    ['timers', /\b(setTimeout|setInterval|setImmediate)\(/],
    ['the terminal', /\bconsole\.(log|error|warn|info)\(/],
  ])('%s is asked for only under host/, substrate/, engine/ and cli/', (_, pattern) => {
    expect(linesMatching(above, pattern)).toEqual([]);
  });
});

describe('tests', () => {
  test('run all of what they hold', () => {
    const partial = /\b(test|it|describe)\.(only|skip|todo|fails)\b/;
    const files = everything.filter(({ path }) => path.endsWith('.test.ts'));
    expect(linesMatching(files, partial)).toEqual([]);
  });
});

describe('COMPATIBILITY.md', () => {
  const text = read('COMPATIBILITY.md').text;

  test('names every operation that is served', () => {
    const served = filesUnder('src/wire/operations')
      .filter((file) => !isTest(file))
      .flatMap((file) => [...file.text.matchAll(/\bname: '([A-Z]\w+)'/g)].map((match) => match[1]));
    expect(served.length).toBeGreaterThan(10);
    expect(served.filter((name) => !text.includes(String(name)))).toEqual([]);
  });
});

/** Test suites nest tests in functions, so only what is shipped is held to it. */
function longFunctions({ path, text }: SourceFile): readonly string[] {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.ES2023, true);
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionLike(node) && 'body' in node && node.body) {
      const from = file.getLineAndCharacterOfPosition(node.getStart()).line;
      const until = file.getLineAndCharacterOfPosition(node.getEnd()).line;
      const lines = until - from + 1;
      if (lines > FUNCTION_LINES_MAX) found.push(`${path}:${from + 1} (${lines} lines)`);
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}
