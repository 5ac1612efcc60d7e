/**
 * The MeasureValues part of the fast reader: the greater part of most requests.
 *
 * Each element is first compared with the spellings seen at the same place before
 * (measure-trie.ts); when one matches, all that is left to read is the value. Else the element is
 * scanned, and its spelling remembered.
 */
import { MEASURE_NAME_BYTES_MAX, MEASURE_VALUE_BYTES_MAX } from '../../base/limits.ts';
import { DecodedWrite, MULTI, readValue, typeCode, VARCHAR, valueBytes } from '../../ingest/api.ts';
import {
  ByteCursor,
  byLength,
  COMMA,
  LEFT_BRACE,
  LEFT_BRACKET,
  QUOTE,
  RIGHT_BRACE,
  RIGHT_BRACKET,
} from './byte-cursor.ts';
import { ByteTemplate } from './byte-template.ts';
import { type MeasureNode, MeasureTrie } from './measure-trie.ts';
import { NameCache } from './name-cache.ts';

/** Longer spellings of a measure are not worth remembering: its name has at most 256 bytes. */
const TEMPLATE_BYTES_MAX = 512;

/** `Name` and `Type` are of one length; they are told apart by their first letter. */
const NAME_MEMBER = byLength(['Name']);
const VALUE_AND_TYPE_MEMBERS = byLength(['Value', 'Type']);
const LETTER_N = 0x4e;

const NO_REQUEST = new DecodedWrite();

interface ScannedElement {
  name: string;
  type: number;
  start: number;
  end: number;
  escaped: boolean;
}

export class MeasureReader extends ByteCursor {
  protected readonly names = new NameCache();
  protected decoded = NO_REQUEST;
  readonly #trie = new MeasureTrie();
  /** The element just scanned: `start` and `end` are its value's, 0 while not seen. */
  readonly #element: ScannedElement = { name: '', type: 0, start: 0, end: 0, escaped: false };
  readonly #target = { cells: NO_REQUEST.cells, cell: 0, type: 0 };

  /** Consumes the list; false when it is not of the plain form. */
  protected measureValues(row: number): boolean {
    if (this.bytes[this.at] !== LEFT_BRACKET) return false;
    this.at++;
    this.decoded.cellStart[row] = this.decoded.cellCount;
    let node = this.#trie.root();
    for (;;) {
      let next = this.#matched(node, row);
      if (next === undefined) {
        const from = this.at;
        this.skipSpace();
        if (this.bytes[this.at] === RIGHT_BRACKET) break;
        next = this.#scanned(node, from, row);
        if (next === undefined) return false;
      }
      node = next;
    }
    this.at++;
    this.decoded.measures[row] = node.shape;
    return true;
  }

  /** The node after this element, if it is spelled as one that was seen here before. */
  #matched(node: MeasureNode, row: number): MeasureNode | undefined {
    const { templates } = node;
    for (let i = 0; i < templates.length; i++) {
      const template = templates[i]!;
      if (!template.before.matches(this.view, this.at)) continue;
      const start = this.at + template.before.length;
      const end = this.plainStringEnd(start);
      if (end < 0 || !template.after.matches(this.view, end)) continue;
      const { type } = template.child;
      if (!this.isValueLength(end - start) || !this.#value(row, type, start, end)) return undefined;
      this.at = end + template.after.length;
      if (i > 0) {
        templates[i] = templates[0]!;
        templates[0] = template;
      }
      return template.child;
    }
    return undefined;
  }

  /** The same by scanning. `from` is one past the element before, or past the bracket. */
  #scanned(node: MeasureNode, from: number, row: number): MeasureNode | undefined {
    if (node.parent !== undefined && !this.take(COMMA)) return undefined;
    const element = this.#element;
    if (!this.#scanElement()) return undefined;
    const child = this.#trie.child(node, element.name, element.type);
    if (element.escaped) return this.#escapedText(row, element.type) ? child : undefined;
    const { start, end } = element;
    if (!this.isValueLength(end - start)) return undefined;
    if (!this.#value(row, element.type, start, end)) return undefined;
    if (this.at - from - (end - start) <= TEMPLATE_BYTES_MAX) {
      const before = new ByteTemplate(this.bytes.subarray(from, start));
      node.learn({ before, after: new ByteTemplate(this.bytes.subarray(end, this.at)), child });
    }
    return child;
  }

  /** Reads `{ "Name": …, "Value": …, "Type": … }`, in any order, into #element. */
  #scanElement(): boolean {
    const element = this.#element;
    element.name = '';
    element.type = 0;
    element.start = 0;
    if (!this.take(LEFT_BRACE)) return false;
    do {
      const isName = this.bytes[this.at + 1] === LETTER_N;
      const member = this.takeName(isName ? NAME_MEMBER : VALUE_AND_TYPE_MEMBERS);
      if (member === 0 || this.bytes[this.at] !== QUOTE) return false;
      const start = this.at + 1;
      const isValue = member === 'Value'.length;
      const end = isValue ? this.stringEnd(start) : this.plainStringEnd(start);
      if (end < 0 || (!isValue && end - start > MEASURE_NAME_BYTES_MAX)) return false;
      if (isValue) {
        if (element.start !== 0) return false;
        element.start = start;
        element.end = end;
        element.escaped = this.plainStringEnd(start) !== end;
      } else if (isName) {
        if (element.name !== '') return false;
        element.name = this.names.find(this.bytes, start, end);
      } else {
        if (element.type !== 0) return false;
        element.type = typeCode(this.names.find(this.bytes, start, end));
      }
      this.at = end + 1;
    } while (this.another());
    // Not take(): the space behind belongs to the next element's spelling.
    if (this.bytes[this.at] !== RIGHT_BRACE) return false;
    this.at++;
    return element.start !== 0 && element.name !== '' && element.type !== 0;
  }

  protected isValueLength(length: number): boolean {
    return length > 0 && length <= MEASURE_VALUE_BYTES_MAX;
  }

  #value(row: number, type: number, start: number, end: number): boolean {
    const { decoded } = this;
    if (type === VARCHAR) {
      this.#text(row, this.bytes.toString('utf8', start, end), end - start);
      return true;
    }
    if (type === MULTI) return false;
    const target = this.#target;
    target.cells = decoded.cells;
    target.cell = decoded.addCell();
    target.type = type;
    decoded.valueBytes[row]! += valueBytes(type);
    return readValue(this.bytes, start, end, target);
  }

  #text(row: number, text: string, bytes: number): void {
    const { decoded } = this;
    const cell = decoded.addCell();
    decoded.cells.i32[cell * 2] = decoded.texts.push(text) - 1;
    decoded.cells.i32[cell * 2 + 1] = 0;
    decoded.valueBytes[row]! += bytes;
  }

  /** A varchar value with escapes; with anything odd about it, the general reader's. */
  #escapedText(row: number, type: number): boolean {
    const { start, end } = this.#element;
    if (type !== VARCHAR) return false;
    const text = unescaped(this.bytes.toString('utf8', start - 1, end + 1));
    if (text === undefined || /\p{Surrogate}/u.test(text)) return false;
    const bytes = Buffer.byteLength(text);
    this.#text(row, text, bytes);
    return this.isValueLength(bytes);
  }
}

function unescaped(json: string): string | undefined {
  try {
    return JSON.parse(json) as string;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
