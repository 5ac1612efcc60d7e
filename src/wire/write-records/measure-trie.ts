/**
 * What MeasureValues have looked like so far: a tree whose paths are sequences of (name, type).
 *
 *   root ──(usage_user, DOUBLE)──► node ──(usage_system, DOUBLE)──► node …
 *
 * A node stands for a prefix of a record's MeasureValues, and knows its MeasureShape. Beside its
 * children it keeps templates: the exact bytes around the value of an element that led from it to
 * a child (`, {"Name": "usage_user", "Value": "` and `", "Type": "DOUBLE"}`). Clients repeat them
 * to the byte, so that a record costs a comparison and its values, and no scanning.
 */
import { ELEMENT_TEMPLATES_MAX, MEASURE_TRIE_NODES_MAX } from '../../base/limits.ts';
import { MeasureShape, NO_MEASURES } from '../../ingest/api.ts';
import type { ByteTemplate } from './byte-template.ts';

export interface ElementTemplate {
  /** From the end of the element before (or the opening bracket) to the value's first byte. */
  readonly before: ByteTemplate;
  /** From the value's closing quote to the element's closing brace. */
  readonly after: ByteTemplate;
  readonly child: MeasureNode;
}

export class MeasureNode {
  readonly parent: MeasureNode | undefined;
  readonly name: string;
  readonly type: number;
  /** The one that matched last comes first. */
  readonly templates: ElementTemplate[] = [];
  children: Map<string, MeasureNode>[] | undefined = undefined;
  #shape: MeasureShape | undefined;

  constructor(parent: MeasureNode | undefined, name: string, type: number) {
    this.parent = parent;
    this.name = name;
    this.type = type;
    if (parent === undefined) this.#shape = NO_MEASURES;
  }

  get shape(): MeasureShape {
    this.#shape ??= this.#makeShape();
    return this.#shape;
  }

  learn(template: ElementTemplate): void {
    if (this.templates.length === ELEMENT_TEMPLATES_MAX) this.templates.pop();
    this.templates.unshift(template);
  }

  #makeShape(): MeasureShape {
    const names: string[] = [];
    const types: number[] = [];
    for (let node: MeasureNode = this; node.parent !== undefined; node = node.parent) {
      names.unshift(node.name);
      types.unshift(node.type);
    }
    return new MeasureShape(names, types);
  }
}

export class MeasureTrie {
  #root = new MeasureNode(undefined, '', 0);
  #nodes = 0;

  /** Where every record starts. Also the place where an overgrown tree is given up. */
  root(): MeasureNode {
    if (this.#nodes > MEASURE_TRIE_NODES_MAX) {
      this.#root = new MeasureNode(undefined, '', 0);
      this.#nodes = 0;
    }
    return this.#root;
  }

  child(parent: MeasureNode, name: string, type: number): MeasureNode {
    parent.children ??= [];
    parent.children[type] ??= new Map();
    const siblings = parent.children[type];
    let node = siblings.get(name);
    if (node === undefined) {
      node = new MeasureNode(parent, name, type);
      siblings.set(name, node);
      this.#nodes++;
    }
    return node;
  }
}
