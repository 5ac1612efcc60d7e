/**
 * JSON read into a tree that keeps numbers as they are written, and written again without blanks.
 * Keys keep their order; of a key that comes again the last value counts.
 *
 * `JSON.parse` would round numbers beyond 2^53.
 */
export type JsonTree =
  | { readonly kind: 'null' }
  | { readonly kind: 'boolean'; readonly value: boolean }
  | { readonly kind: 'number'; readonly text: string }
  | { readonly kind: 'text'; readonly value: string }
  | { readonly kind: 'array'; readonly items: readonly JsonTree[] }
  | { readonly kind: 'object'; readonly members: ReadonlyMap<string, JsonTree> };

/** Deeper nesting is refused: reading is recursive. */
const DEPTH_MAX = 500;

export function readJson(text: string): JsonTree {
  const reader = new JsonReader(text);
  const tree = reader.value(0);
  reader.end();
  return tree;
}

class JsonReader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  value(depth: number): JsonTree {
    if (depth > DEPTH_MAX) throw this.#error();
    this.#blanks();
    switch (this.#text[this.#at]) {
      case '{':
        return this.#object(depth);
      case '[':
        return this.#array(depth);
      case '"':
        return { kind: 'text', value: this.#string() };
      default:
        return this.#word();
    }
  }

  end(): void {
    this.#blanks();
    if (this.#at < this.#text.length) throw this.#error();
  }

  #object(depth: number): JsonTree {
    this.#at++;
    const members = new Map<string, JsonTree>();
    if (this.#take('}')) return { kind: 'object', members };
    do {
      this.#blanks();
      const key = this.#string();
      if (!this.#take(':')) throw this.#error();
      members.set(key, this.value(depth + 1));
    } while (this.#take(','));
    if (!this.#take('}')) throw this.#error();
    return { kind: 'object', members };
  }

  #array(depth: number): JsonTree {
    this.#at++;
    const items: JsonTree[] = [];
    if (this.#take(']')) return { kind: 'array', items };
    do items.push(this.value(depth + 1));
    while (this.#take(','));
    if (!this.#take(']')) throw this.#error();
    return { kind: 'array', items };
  }

  #string(): string {
    const quoted = this.#match(/"(?:[^"\\]|\\.)*"/y);
    try {
      return JSON.parse(quoted) as string;
    } catch {
      // A control character, or an escape that there is not.
      throw this.#error();
    }
  }

  #word(): JsonTree {
    const text = this.#match(/true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y);
    if (text === 'null') return { kind: 'null' };
    if (text === 'true' || text === 'false') return { kind: 'boolean', value: text === 'true' };
    return { kind: 'number', text };
  }

  #match(form: RegExp): string {
    form.lastIndex = this.#at;
    const found = form.exec(this.#text);
    if (found === null) throw this.#error();
    this.#at += found[0].length;
    return found[0];
  }

  #take(sign: string): boolean {
    this.#blanks();
    if (this.#text[this.#at] !== sign) return false;
    this.#at++;
    return true;
  }

  #blanks(): void {
    while (this.#at < this.#text.length && ' \t\n\r'.includes(this.#text[this.#at] ?? '')) {
      this.#at++;
    }
  }

  #error(): Error {
    return new Error(`Cannot convert value to JSON: '${this.#text}'`);
  }
}

export function writeJson(tree: JsonTree): string {
  switch (tree.kind) {
    case 'null':
      return 'null';
    case 'boolean':
      return String(tree.value);
    case 'number':
      return tree.text;
    case 'text':
      return JSON.stringify(tree.value);
    case 'array':
      return `[${tree.items.map(writeJson).join(',')}]`;
    case 'object': {
      const members = [...tree.members].map(
        ([key, value]) => `${JSON.stringify(key)}:${writeJson(value)}`,
      );
      return `{${members.join(',')}}`;
    }
  }
}
