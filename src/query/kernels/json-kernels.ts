/**
 * JSON functions over text (query-language 6.14). Paths are the simple ones of the ancestor:
 *
 *     $   .name   [0]   ["name"]
 *
 * Text that is no JSON gives NULL, except to json_parse, whose business it is.
 */
import { type JsonTree, readJson, writeJson } from './json-tree.ts';
import { defineKernel, type Kernel } from './kernel.ts';

type Step = string | number;

function readPath(path: string): readonly Step[] {
  const bad = () => new Error(`Invalid JSON path: '${path}'`);
  if (!path.startsWith('$')) throw bad();
  const form = /\.(\w[\w:-]*)|\[(\d+)\]|\["((?:[^"\\]|\\.)*)"\]|\['((?:[^'\\]|\\.)*)'\]/y;
  const steps: Step[] = [];
  for (let at = 1; at < path.length; at = form.lastIndex) {
    form.lastIndex = at;
    const found = form.exec(path);
    if (found === null) throw bad();
    const quoted = found[3] ?? found[4];
    if (found[2] !== undefined) steps.push(Number(found[2]));
    else steps.push(found[1] ?? quoted?.replace(/\\(.)/g, '$1') ?? '');
  }
  return steps;
}

function parsed(text: string): JsonTree | undefined {
  try {
    return readJson(text);
  } catch {
    // No JSON: the functions answer NULL.
    return undefined;
  }
}

function atPath(text: string, path: string): JsonTree | undefined {
  const steps = readPath(path);
  let tree = parsed(text);
  for (const step of steps) {
    if (tree?.kind === 'array') tree = tree.items[Number(step)];
    else if (tree?.kind === 'object') tree = tree.members.get(String(step));
    else return undefined;
  }
  return tree;
}

/** The text of a value that is neither an array nor an object; NULL of a null. */
function scalarText(tree: JsonTree | undefined): string | null {
  switch (tree?.kind) {
    case 'boolean':
      return String(tree.value);
    case 'number':
      return tree.text;
    case 'text':
      return tree.value;
    default:
      return null;
  }
}

function size(tree: JsonTree | undefined): bigint | null {
  if (tree === undefined) return null;
  if (tree.kind === 'array') return BigInt(tree.items.length);
  return tree.kind === 'object' ? BigInt(tree.members.size) : 0n;
}

function arrayItem(text: string, index: bigint): string | null {
  const tree = parsed(text);
  if (tree?.kind !== 'array') return null;
  const item = tree.items.at(Number(index));
  return item === undefined ? null : writeJson(item);
}

/** Whether an array holds a value, which is given as JSON; numbers are equal by value. */
function arrayContains(text: string, wanted: string): boolean | null {
  const tree = parsed(text);
  const value = parsed(wanted);
  if (tree?.kind !== 'array' || value === undefined) return null;
  return tree.items.some((item) =>
    item.kind === 'number' && value.kind === 'number'
      ? Number(item.text) === Number(value.text)
      : writeJson(item) === writeJson(value),
  );
}

export const jsonKernels: readonly Kernel[] = [
  defineKernel({
    name: 'k_json_parse',
    parameters: ['varchar'],
    result: 'varchar',
    perRow: (text) => writeJson(readJson(text)),
  }),
  defineKernel({
    name: 'k_json_extract',
    parameters: ['varchar', 'varchar'],
    result: 'varchar',
    perRow: (text, path) => {
      const tree = atPath(text, path);
      return tree === undefined ? null : writeJson(tree);
    },
  }),
  defineKernel({
    name: 'k_json_extract_scalar',
    parameters: ['varchar', 'varchar'],
    result: 'varchar',
    perRow: (text, path) => scalarText(atPath(text, path)),
  }),
  defineKernel({
    name: 'k_json_size',
    parameters: ['varchar', 'varchar'],
    result: 'bigint',
    perRow: (text, path) => size(atPath(text, path)),
  }),
  defineKernel({
    name: 'k_json_array_length',
    parameters: ['varchar'],
    result: 'bigint',
    perRow: (text) => {
      const tree = parsed(text);
      return tree?.kind === 'array' ? BigInt(tree.items.length) : null;
    },
  }),
  defineKernel({
    name: 'k_json_array_get',
    parameters: ['varchar', 'bigint'],
    result: 'varchar',
    perRow: arrayItem,
  }),
  defineKernel({
    name: 'k_json_array_contains',
    parameters: ['varchar', 'varchar'],
    result: 'boolean',
    perRow: arrayContains,
  }),
  defineKernel({
    name: 'k_is_json_scalar',
    parameters: ['varchar'],
    result: 'boolean',
    perRow: (text) => {
      const { kind } = readJson(text);
      return kind !== 'array' && kind !== 'object';
    },
  }),
  defineKernel({
    name: 'k_json_text',
    parameters: ['varchar'],
    result: 'varchar',
    /** A JSON value cast to text: only scalars have one. */
    perRow: (text) => {
      const tree = readJson(text);
      if (tree.kind === 'array' || tree.kind === 'object') {
        throw new Error(`Cannot cast '${text}' to varchar`);
      }
      return scalarText(tree);
    },
  }),
  defineKernel({
    name: 'k_json_quote',
    parameters: ['varchar'],
    result: 'varchar',
    perRow: (text) => JSON.stringify(text),
  }),
];
