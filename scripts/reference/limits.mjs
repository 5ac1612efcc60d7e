/**
 * The constants of src/base/limits.ts, which are documented where they stand: sections are comments
 * of the form `// --- title ---`, and a constant without a comment shares that of the one above it.
 */
import ts from 'typescript';
import { code, page, sentence, table, withoutCitations } from './markdown.mjs';

export function limitsPage(source, values) {
  const sections = readLimits(source).flatMap(({ title, limits }) => [
    `## ${sentenceCase(title)}`,
    table(
      ['limit', 'value', 'why'],
      limits.map(({ name, why }) => [code(name), values[name].toLocaleString('en-US'), why]),
    ),
  ]);
  return page({
    title: 'Limits',
    source: 'src/base/limits.ts',
    blocks: [
      'What there is a limit to, and why it is what it is. Limits that Amazon Timestream publishes ' +
        'have its values. They are constants: what can be set is in ' +
        '[configuration.md](configuration.md).',
      ...sections,
    ],
  });
}

/** Sections in the order of the file, each with its constants. */
export function readLimits(source) {
  const file = ts.createSourceFile('limits.ts', source, ts.ScriptTarget.ES2023, true);
  const sections = [];
  let why = '';
  for (const statement of file.statements) {
    const comments = commentsBefore(source, statement);
    const title = comments.map((text) => /^\/\/ --- (.*) ---$/.exec(text)?.[1]).find(Boolean);
    if (title !== undefined) sections.push({ title: withoutCitations(title), limits: [] });
    const own = comments.findLast((text) => text.startsWith('/**'));
    if (own !== undefined) why = plain(own);
    if (!ts.isVariableStatement(statement)) continue;
    for (const { name } of statement.declarationList.declarations) {
      sections.at(-1).limits.push({ name: name.getText(file), why });
    }
  }
  return sections;
}

function commentsBefore(source, statement) {
  const ranges = ts.getLeadingCommentRanges(source, statement.getFullStart()) ?? [];
  return ranges.map(({ pos, end }) => source.slice(pos, end));
}

/** The text of a JSDoc comment, on one line. */
function plain(comment) {
  const lines = comment
    .slice(3, -2)
    .split('\n')
    .map((line) => line.replace(/^\s*\*?\s?/, '').trim());
  return sentence(withoutCitations(lines.join(' ').trim()));
}

function sentenceCase(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
