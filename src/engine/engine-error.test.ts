import { describe, expect, test } from 'vitest';
import { AssertionError } from '../base/assert.ts';
import { ThrownErrors, toEngineError } from './engine-error.ts';

function json(type: string, message: string): Error {
  return new Error(JSON.stringify({ exception_type: type, exception_message: message }));
}

describe('toEngineError()', () => {
  test.each([
    ['Invalid Input', 'user'],
    ['Out of Range', 'user'],
    ['Conversion', 'user'],
    ['INTERRUPT', 'interrupted'],
    ['Out of Memory', 'out-of-memory'],
    ['Binder', 'internal'],
    ['Permission', 'internal'],
    ['Internal', 'internal'],
  ])('says that %s is %s', (type, kind) => {
    const error = toEngineError(json(type, 'what happened'), new ThrownErrors());
    expect(error).toMatchObject({ kind, message: 'what happened', exceptionType: type });
    expect(error.userText).toBe(kind === 'user' ? 'what happened' : undefined);
  });

  test('reads plain text too, and leaves out where in our SQL it was', () => {
    const plain = new Error("Conversion Error: Could not convert 'x'\n\nLINE 1: SELECT …\n   ^");
    expect(toEngineError(plain, new ThrownErrors())).toMatchObject({
      kind: 'user',
      userText: "Could not convert 'x'",
    });
    expect(toEngineError(new Error('{ not json'), new ThrownErrors())).toMatchObject({
      kind: 'internal',
      message: '{ not json',
    });
  });

  test('finds the thrown error again, wherever DuckDB put its text', () => {
    const thrown = new ThrownErrors();
    const cause = new RangeError('too far');
    const text = `Invalid Input Error: while casting: ${thrown.mark(cause).message}`;
    expect(toEngineError(new Error(text), thrown)).toMatchObject({
      kind: 'user',
      userText: 'too far',
      cause,
    });
  });

  test('makes a failed assertion internal', () => {
    const thrown = new ThrownErrors();
    const marked = thrown.mark(new AssertionError('rows are lost'));
    expect(toEngineError(json('Invalid Input', marked.message), thrown)).toMatchObject({
      kind: 'internal',
      message: 'rows are lost',
      userText: undefined,
    });
  });

  test('keeps the message of errors that were thrown too long ago', () => {
    const thrown = new ThrownErrors();
    const first = thrown.mark(new Error('the first'));
    for (let i = 0; i < 1000; i++) thrown.mark(new Error('swallowed by TRY'));
    expect(toEngineError(first, thrown)).toMatchObject({ kind: 'user', message: 'the first' });
  });
});
