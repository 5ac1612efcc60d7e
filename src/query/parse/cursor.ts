/**
 * A place in the list of tokens, and the words in which the grammar asks about it.
 *
 * Expressions contain queries and queries contain expressions. So that their files need not import
 * each other, the entries into the grammar are handed in and reached through the cursor.
 *
 * The cursor never goes back: what a construct is, is decided by looking ahead. It counts how deep
 * the grammar's recursion is, which SQL_DEPTH_MAX bounds; a thrown error leaves it unusable.
 */
import { known } from '../../base/assert.ts';
import { SQL_DEPTH_MAX } from '../../base/limits.ts';
import type { Expression, Position, Query } from './ast.ts';
import { tokenize } from './lexer.ts';
import { ParseError } from './parse-error.ts';
import { describeToken, RESERVED, type Token } from './tokens.ts';

export interface Grammar {
  readonly expression: (cursor: Cursor) => Expression;
  /** An expression without NOT, AND, OR and predicates, unless in parentheses. */
  readonly value: (cursor: Cursor) => Expression;
  readonly query: (cursor: Cursor) => Query;
}

export class Cursor {
  readonly #tokens: readonly Token[];
  readonly #grammar: Grammar;
  /** For each token that is an opening parenthesis, the index of its partner. */
  #closings: Int32Array | undefined;
  #index = 0;
  #depth = 0;

  constructor(sql: string, grammar: Grammar) {
    this.#tokens = tokenize(sql);
    this.#grammar = grammar;
  }

  expression(): Expression {
    return this.#grammar.expression(this);
  }

  value(): Expression {
    return this.#grammar.value(this);
  }

  query(): Query {
    this.enter();
    const query = this.#grammar.query(this);
    this.leave();
    return query;
  }

  /** Every recursion that the text can drive is between enter() and leave(). */
  enter(): void {
    if (++this.#depth > SQL_DEPTH_MAX) {
      throw new ParseError(this.at, `nested deeper than ${SQL_DEPTH_MAX} levels`);
    }
  }

  leave(): void {
    this.#depth--;
  }

  get at(): Position {
    return this.peek().at;
  }

  /** The token `ahead` places from here; past the end, the end. */
  peek(ahead = 0): Token {
    const last = this.#tokens.length - 1;
    return known(this.#tokens[Math.min(this.#index + ahead, last)], 'token');
  }

  next(): Token {
    const token = this.peek();
    if (this.#index < this.#tokens.length - 1) this.#index++;
    return token;
  }

  isWord(word: string, ahead = 0): boolean {
    return this.peek(ahead).word === word;
  }

  isAnyWord(words: ReadonlySet<string>, ahead = 0): boolean {
    return words.has(this.peek(ahead).word);
  }

  takeWord(word: string): boolean {
    if (!this.isWord(word)) return false;
    this.next();
    return true;
  }

  expectWord(word: string): Token {
    if (!this.isWord(word)) throw this.error(word);
    return this.next();
  }

  isSymbol(symbol: string, ahead = 0): boolean {
    const token = this.peek(ahead);
    return token.kind === 'symbol' && token.text === symbol;
  }

  takeSymbol(symbol: string): boolean {
    if (!this.isSymbol(symbol)) return false;
    this.next();
    return true;
  }

  expectSymbol(symbol: string): Token {
    if (!this.isSymbol(symbol)) throw this.error(`'${symbol}'`);
    return this.next();
  }

  isIdentifier(ahead = 0): boolean {
    const token = this.peek(ahead);
    return token.kind === 'quoted' || (token.kind === 'word' && !RESERVED.has(token.word));
  }

  isString(ahead = 0): boolean {
    const { kind } = this.peek(ahead);
    return kind === 'string' || kind === 'unicode-string';
  }

  isEnd(): boolean {
    return this.peek().kind === 'end';
  }

  /** One item or more, separated by commas. */
  list<T>(item: (cursor: Cursor) => T): readonly T[] {
    const items = [item(this)];
    while (this.takeSymbol(',')) items.push(item(this));
    return items;
  }

  /** A list in parentheses. */
  enclosedList<T>(item: (cursor: Cursor) => T): readonly T[] {
    this.expectSymbol('(');
    const items = this.list(item);
    this.expectSymbol(')');
    return items;
  }

  /** A list in parentheses that may be empty. */
  enclosedListOrNone<T>(item: (cursor: Cursor) => T): readonly T[] {
    if (!(this.isSymbol('(') && this.isSymbol(')', 1))) return this.enclosedList(item);
    this.next();
    this.next();
    return [];
  }

  /** How far ahead the parenthesis closes that opens `ahead` places from here. */
  closing(ahead: number): number {
    this.#closings ??= matchParentheses(this.#tokens);
    return (this.#closings[this.#index + ahead] ?? 0) - this.#index;
  }

  error(expected: string): ParseError {
    const token = this.peek();
    return new ParseError(token.at, `expected ${expected}, found ${describeToken(token)}`);
  }
}

/** An unmatched parenthesis closes at the end. */
function matchParentheses(tokens: readonly Token[]): Int32Array {
  const closings = new Int32Array(tokens.length).fill(tokens.length - 1);
  const open: number[] = [];
  tokens.forEach(({ kind, text }, index) => {
    if (kind !== 'symbol') return;
    if (text === '(') open.push(index);
    else if (text === ')') {
      const opening = open.pop();
      if (opening !== undefined) closings[opening] = index;
    }
  });
  return closings;
}
