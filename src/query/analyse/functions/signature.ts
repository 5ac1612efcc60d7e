/**
 * Reads the signatures of overload.ts.
 *
 *   signature  = [ '<' variable {',' variable} '>' ] parameters '->' type
 *   variable   = NAME ['comparable' | 'orderable' | 'printable']
 *   parameters = '(' [ type {',' type} ['...'] ] ')'
 *   type       = NAME | 'array' '(' type ')' | 'timeseries' '(' type ')' | 'map' '(' type ',' type ')'
 *              | 'row' '(' [NAME] type {',' …} ')' | parameters '->' type | 'interval day to second' | …
 *
 * Only our own tables are read with it, so a mistake is an assertion.
 */
import { assert, known } from '../../../base/assert.ts';
import type { ScalarKind, SqlType } from '../types.ts';
import type { TypePattern, TypeVariable } from './overload.ts';

const NAMED: Readonly<Record<string, ScalarKind | 'varchar'>> = {
  boolean: 'boolean',
  integer: 'integer',
  bigint: 'bigint',
  double: 'double',
  varchar: 'varchar',
  date: 'date',
  time: 'time',
  timestamp: 'timestamp',
  interval_day_second: 'interval-day-second',
  interval_year_month: 'interval-year-month',
  unknown: 'unknown',
  varbinary: 'varbinary',
  json: 'json',
};

const TRAITS = ['comparable', 'orderable', 'printable'] as const;

export interface Signature {
  readonly variables: readonly TypeVariable[];
  readonly parameters: readonly TypePattern[];
  readonly variadic: boolean;
  readonly result: TypePattern;
}

export function parseSignature(text: string): Signature {
  const spelled = text
    .replaceAll('interval day to second', 'interval_day_second')
    .replaceAll('interval year to month', 'interval_year_month');
  return new SignatureReader(spelled).signature();
}

class SignatureReader {
  readonly #tokens: readonly string[];
  readonly #text: string;
  readonly #variables: TypeVariable[] = [];
  #at = 0;

  constructor(text: string) {
    this.#text = text;
    this.#tokens = text.match(/->|\.\.\.|[<>(),]|[A-Za-z_0-9]+/g) ?? [];
  }

  signature(): Signature {
    if (this.#accept('<')) {
      do this.#variable();
      while (this.#accept(','));
      this.#expect('>');
    }
    this.#expect('(');
    const { types, variadic } = this.#types();
    this.#expect('->');
    const result = this.#type();
    assert(this.#at === this.#tokens.length, `signature ${this.#text} has a tail`);
    return { variables: this.#variables, parameters: types, variadic, result };
  }

  #variable(): void {
    const name = this.#next();
    const trait = TRAITS.find((each) => this.#accept(each));
    this.#variables.push(trait === undefined ? { name } : { name, trait });
  }

  /** After the opening parenthesis, through the closing one. */
  #types(): { readonly types: readonly TypePattern[]; readonly variadic: boolean } {
    const types: TypePattern[] = [];
    let variadic = false;
    if (this.#accept(')')) return { types, variadic };
    do types.push(this.#type());
    while (this.#accept(','));
    variadic = this.#accept('...');
    this.#expect(')');
    return { types, variadic };
  }

  #type(): TypePattern {
    const word = this.#next();
    switch (word) {
      case '(': {
        const { types } = this.#types();
        this.#expect('->');
        return { kind: 'function', parameters: types, result: this.#type() };
      }
      case 'array':
        return { kind: 'array', element: this.#single() };
      case 'timeseries':
        return { kind: 'timeseries', value: this.#single() };
      case 'map': {
        this.#expect('(');
        const { types } = this.#types();
        return { kind: 'map', key: known(types[0], 'key'), value: known(types[1], 'value') };
      }
      case 'row':
        return this.#row();
      default:
        return this.#named(word);
    }
  }

  #single(): TypePattern {
    this.#expect('(');
    return known(this.#types().types[0], 'element type');
  }

  #row(): TypePattern {
    this.#expect('(');
    const fields: { name?: string; type: TypePattern }[] = [];
    do {
      const following = this.#tokens[this.#at + 1];
      const named = following !== ',' && following !== ')' && following !== '(';
      fields.push(named ? { name: this.#next(), type: this.#type() } : { type: this.#type() });
    } while (this.#accept(','));
    this.#expect(')');
    return { kind: 'row', fields };
  }

  #named(word: string): TypePattern {
    if (this.#variables.some((variable) => variable.name === word)) {
      return { kind: 'variable', name: word };
    }
    const type: SqlType = { kind: known(NAMED[word], `type ${word} in ${this.#text}`) };
    return { kind: 'exact', type };
  }

  #next(): string {
    return known(this.#tokens[this.#at++], `a word of ${this.#text}`);
  }

  #accept(token: string): boolean {
    if (this.#tokens[this.#at] !== token) return false;
    this.#at++;
    return true;
  }

  #expect(token: string): void {
    assert(this.#accept(token), `signature ${this.#text} lacks ${token} at ${this.#at}`);
  }
}
