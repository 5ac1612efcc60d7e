/** A condition on text, answered once per code of a tile's dictionary. */
import { assertNever } from '../base/assert.ts';
import type { OpenTile } from './open-tile.ts';
import type { KernelComparison, TextCondition } from './scan-kernel.ts';

export class TextTest {
  readonly #matches: (text: string) => boolean;
  /** By tile, then by code. */
  readonly #answers: Map<number, boolean>[] = [];

  constructor(condition: TextCondition) {
    this.#matches = matcherOf(condition);
  }

  matches(tile: OpenTile, code: number): boolean {
    let answers = this.#answers[tile.index];
    if (answers === undefined) {
      answers = new Map();
      this.#answers[tile.index] = answers;
    }
    let answer = answers.get(code);
    if (answer === undefined) {
      answer = this.#matches(tile.reader.dictionary.text(code));
      answers.set(code, answer);
    }
    return answer;
  }
}

function matcherOf(condition: TextCondition): (text: string) => boolean {
  if (condition.kind === 'in') {
    const texts = new Set(condition.texts);
    return (text) => texts.has(text);
  }
  const { operator, text: constant } = condition;
  if (operator === '=') return (text) => text === constant;
  if (operator === '<>') return (text) => text !== constant;
  const bytes = Buffer.from(constant);
  return (text) => holds(operator, Buffer.compare(Buffer.from(text), bytes));
}

/** Whether the comparison holds, of the sign of `a - b`. */
function holds(operator: KernelComparison, sign: number): boolean {
  switch (operator) {
    case '=':
      return sign === 0;
    case '<>':
      return sign !== 0;
    case '<':
      return sign < 0;
    case '<=':
      return sign <= 0;
    case '>':
      return sign > 0;
    case '>=':
      return sign >= 0;
    default:
      return assertNever(operator, 'comparison');
  }
}
