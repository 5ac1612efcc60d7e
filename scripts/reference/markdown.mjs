/** Pieces of Markdown that all reference pages are made of. Texts come from our own tables. */

/** A page: its title, the note on where it comes from, and its blocks, an empty line between. */
export function page({ title, source, blocks }) {
  const note = `<!-- Generated from ${source} by \`npm run reference\`; changes belong there. -->`;
  return `${[note, `# ${title}`, ...blocks].join('\n\n')}\n`;
}

export function table(head, rows) {
  const line = (cells) => `| ${cells.map(cell).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

export function code(text) {
  return text.includes('`') ? `\`\` ${text} \`\`` : `\`${text}\``;
}

export function kebab(text) {
  return text
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '');
}

/** Comments of the sources cite sections of specifications, which mean nothing to a user. */
export function withoutCitations(text) {
  return text.replaceAll(/\s*\((?:write-api|query-api|query-language)[^)]*\)/g, '');
}

/** First letter large, full stop at the end. */
export function sentence(text) {
  const ended = /[.!?:]$/.test(text) ? text : `${text}.`;
  return ended.charAt(0).toUpperCase() + ended.slice(1);
}

function cell(text) {
  return String(text).replaceAll('|', '\\|').replaceAll('\n', ' ');
}
