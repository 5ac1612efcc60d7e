/** SQL functions: one page for each family, and an index of all names. */
import { code, kebab, page, table } from './markdown.mjs';

const SOURCE = 'src/query/analyse/functions';

export function functionPages(families) {
  const pages = families.map((family) => [fileOf(family), familyPage(family)]);
  return [['sql/README.md', indexPage(families)], ...pages.map(([f, t]) => [`sql/${f}`, t])];
}

function fileOf({ title }) {
  return `${kebab(title.replace(/ functions$/, ''))}.md`;
}

/** Overloads of one name, in the order of the table. */
function byName(functions) {
  const names = new Map();
  for (const overload of functions) {
    const same = names.get(overload.name) ?? [];
    same.push(overload);
    names.set(overload.name, same);
  }
  return names;
}

function indexPage(families) {
  const rows = families.map((family) => {
    const names = [...byName(family.functions)].map(
      ([name, overloads]) =>
        `[${name}](${fileOf(family)}#${anchor(name)})${overloads.every(isNotYet) ? '\\*' : ''}`,
    );
    return [`[${family.title}](${fileOf(family)})`, names.join(', ')];
  });
  return page({
    title: 'SQL functions',
    source: SOURCE,
    blocks: [
      'By family. Names are matched without regard to case. Those marked \\* are known by name and ' +
        'type, and refused with `not supported yet`. `SHOW FUNCTIONS` lists them on a server.',
      '**Reading a signature**: `max(T) -> T   for any orderable T` takes values of any type that ' +
        'has an order; those of a comparable one can be tested for equality. `varchar...` at the ' +
        'end may be repeated, or left out. `(T) -> U` is a lambda.',
      '**Coercions** that happen by themselves: `integer` to `bigint` to `double`, `date` to ' +
        '`timestamp`, `varchar` to `timestamp` or `date`, NULL to any type. An overload that needs ' +
        'none, or smaller ones, is preferred.',
      '**NULL arguments** give NULL without the function being called, or the function decides. ' +
        'Aggregates leave NULLs out unless their description says otherwise.',
      table(['family', 'functions'], rows),
    ],
  });
}

function familyPage(family) {
  const sections = [...byName(family.functions)].map(([name, overloads]) =>
    [`## ${name}`, ...groups(overloads).map(groupText)].join('\n\n'),
  );
  return page({ title: family.title, source: SOURCE, blocks: sections });
}

/** Overloads that differ in nothing but their signature are described together. */
function groups(overloads) {
  const found = new Map();
  for (const overload of overloads) {
    const { doc, example, nulls, errors, notYet } = overload;
    const key = JSON.stringify([doc, example, nulls, errors, notYet, isByArguments(overload)]);
    const same = found.get(key) ?? [];
    same.push(overload);
    found.set(key, same);
  }
  return [...found.values()];
}

function groupText(overloads) {
  const [first] = overloads;
  const signatures = overloads.map(({ name, signature }) => spelled(name, signature));
  const notes = [
    ...(first.example === undefined ? [] : [`* Example: ${code(first.example)}`]),
    ...(isNotYet(first) ? [] : nullNote(first)),
    ...(isByArguments(first) ? ['* Result: its type follows from the arguments.'] : []),
    ...(first.errors.length > 0 ? [`* Errors: ${first.errors.map(code).join(', ')}`] : []),
    ...(first.deterministic ? [] : ['* May give another result each time.']),
  ];
  const doc = isNotYet(first) ? `**Not supported yet.** ${first.doc}` : first.doc;
  const blocks = [`\`\`\`text\n${signatures.join('\n')}\n\`\`\``, doc];
  return [...blocks, ...(notes.length > 0 ? [notes.join('\n')] : [])].join('\n\n');
}

/** `<T orderable>(array(T)) -> T` of `f` is `f(array(T)) -> T   for any orderable T`. */
function spelled(name, signature) {
  const generic = /^<([^>]*)>/.exec(signature);
  if (generic === null) return `${name}${signature}`;
  const variables = generic[1].split(', ').map((text) => text.split(' ').reverse().join(' '));
  return `${name}${signature.slice(generic[0].length)}   for any ${variables.join(', ')}`;
}

function nullNote({ nulls, parameters }) {
  if (parameters.length === 0) return [];
  const rule = nulls === 'propagate' ? 'gives NULL' : 'the function decides';
  return [`* NULL: ${rule}.`];
}

function isByArguments({ result }) {
  return typeof result === 'function';
}

function isNotYet({ notYet }) {
  return notYet;
}

function anchor(name) {
  return name.toLowerCase();
}
