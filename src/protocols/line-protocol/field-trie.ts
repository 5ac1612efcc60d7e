/**
 * What the fields of lines have looked like so far: a tree whose paths are sequences of names and
 * types.
 *
 *   root ──usage_user=──► DOUBLE ──usage_system=──► DOUBLE ── …
 *
 * A node stands for the first fields of a line, and knows their MeasureShape. Clients repeat the
 * names of a measurement's fields to the byte and in one order, so that a field costs a comparison
 * of its name and the reading of its value.
 */
import {
  ELEMENT_TEMPLATES_MAX,
  MEASURE_TRIE_NODES_MAX,
  MEASURES_PER_RECORD_MAX,
} from '../../base/limits.ts';
import {
  ABSENT,
  attributeNameFault,
  MeasureShape,
  NO_MEASURES,
  VARCHAR,
  valueBytes,
} from '../../ingest/api.ts';
import { isSame } from '../same-bytes.ts';

/** A name as it is spelled, up to and with its equals sign, at one place of the tree. */
export class FieldName {
  readonly name: string;
  readonly view: DataView;
  readonly offset = 0;
  readonly length: number;
  /** By the code of the value's type. */
  readonly children: (FieldNode | undefined)[] = new Array(VARCHAR + 2).fill(undefined);

  constructor(spelling: Uint8Array, name: string) {
    const kept = Uint8Array.from(spelling);
    this.name = name;
    this.view = new DataView(kept.buffer);
    this.length = kept.length;
  }
}

export class FieldNode {
  readonly parent: FieldNode | undefined;
  readonly name: string;
  readonly type: number;
  readonly depth: number;
  /** Of all values but texts, as write-api 5.12 counts them. */
  readonly fixedBytes: number;
  /** Why no line with these fields can be stored. */
  readonly fault: string | undefined;
  /** What comes next; the one that matched last comes first. */
  readonly recent: FieldName[] = [];
  #next: Map<string, FieldName> | undefined;
  #shape: MeasureShape | undefined;

  constructor(parent?: FieldNode, name = '', type = ABSENT) {
    this.parent = parent;
    this.name = name;
    this.type = type;
    this.depth = parent === undefined ? 0 : parent.depth + 1;
    const ownBytes = parent === undefined || type === VARCHAR ? 0 : valueBytes(type);
    this.fixedBytes = (parent?.fixedBytes ?? 0) + ownBytes;
    this.fault = parent && (parent.fault ?? faultOf(this));
  }

  /** The name that is spelled at `at`, if it was seen here lately. */
  match(view: DataView, at: number): FieldName | undefined {
    const { recent } = this;
    for (let i = 0; i < recent.length; i++) {
      const next = recent[i]!;
      if (!isSame(next, view, at)) continue;
      if (i > 0) {
        recent[i] = recent[0]!;
        recent[0] = next;
      }
      return next;
    }
    return undefined;
  }

  named(name: string): FieldName | undefined {
    return this.#next?.get(name);
  }

  learn(next: FieldName): void {
    this.#next ??= new Map();
    this.#next.set(next.name, next);
  }

  /** Tries it first the next time. */
  recall(next: FieldName): void {
    if (this.recent.length === ELEMENT_TEMPLATES_MAX) this.recent.pop();
    this.recent.unshift(next);
  }

  get shape(): MeasureShape {
    this.#shape ??= this.#makeShape();
    return this.#shape;
  }

  #makeShape(): MeasureShape {
    const names: string[] = [];
    const types: number[] = [];
    for (let node: FieldNode = this; node.parent !== undefined; node = node.parent) {
      names.unshift(node.name);
      types.unshift(node.type);
    }
    return names.length === 0 ? NO_MEASURES : new MeasureShape(names, types);
  }
}

function faultOf(node: FieldNode): string | undefined {
  if (node.depth > MEASURES_PER_RECORD_MAX) return `more than ${MEASURES_PER_RECORD_MAX} fields`;
  for (let other = node.parent; other !== undefined; other = other.parent) {
    if (other.name === node.name) return `duplicate field '${node.name}'`;
  }
  return attributeNameFault(node.name);
}

export class FieldTrie {
  #root = new FieldNode();
  #nodes = 0;

  /** Where every line starts. Also the place where an overgrown tree is given up. */
  root(): FieldNode {
    if (this.#nodes > MEASURE_TRIE_NODES_MAX) {
      this.#root = new FieldNode();
      this.#nodes = 0;
    }
    return this.#root;
  }

  /** The name of that spelling after the node, made when it was not seen there yet. */
  name(node: FieldNode, spelling: Uint8Array, name: string): FieldName {
    let next = node.named(name);
    if (next === undefined) {
      next = new FieldName(spelling, name);
      node.learn(next);
      this.#nodes++;
    }
    node.recall(next);
    return next;
  }

  child(parent: FieldNode, name: FieldName, type: number): FieldNode {
    const known = name.children[type];
    if (known !== undefined) return known;
    const node = new FieldNode(parent, name.name, type);
    name.children[type] = node;
    this.#nodes++;
    return node;
  }
}
