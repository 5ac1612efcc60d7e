/**
 * What can go wrong in a query, as a value the execution can decide by.
 *
 *   user           the statement's own doing: error('…') in SQL, an error thrown by a function or a
 *                  scan, overflow, a failed cast. `userText` is the text alone, fit for the client.
 *   out-of-memory  the memory limit was reached and could not be spilled under, or a function
 *                  said so
 *   interrupted    by interrupt(), by the signal, or because the engine closes
 *   internal       anything else: SQL we generated wrongly, refused access, a failed assertion
 *                  inside a function, DuckDB's own faults
 *
 * DuckDB reports errors as text. The engine sets `errors_as_json`, so the text carries the type of
 * the exception. An error thrown in TypeScript travels through DuckDB as its message behind a mark
 * with a number, by which the thrown object is found again (ThrownErrors).
 */
import { AssertionError } from '../base/assert.ts';

export type EngineErrorKind = 'interrupted' | 'out-of-memory' | 'user' | 'internal';

export class EngineError extends Error {
  override readonly name = 'EngineError';
  readonly kind: EngineErrorKind;
  /** Present for kind 'user'. The same as `message`, so that the two cannot be mixed up. */
  readonly userText: string | undefined;
  /** DuckDB's name of the exception, as 'Out of Range'; undefined when DuckDB did not speak. */
  readonly exceptionType: string | undefined;

  constructor(
    kind: EngineErrorKind,
    message: string,
    options?: { readonly exceptionType?: string | undefined; readonly cause?: unknown },
  ) {
    super(message, options?.cause === undefined ? undefined : { cause: options.cause });
    this.kind = kind;
    this.userText = kind === 'user' ? message : undefined;
    this.exceptionType = options?.exceptionType;
  }
}

/** How many thrown errors are remembered until DuckDB reports them; TRY() reports none at all. */
const THROWN_REMEMBERED_MAX = 256;
const MARK = '\uE0F1';
const MARKED = new RegExp(`${MARK}(\\d+)${MARK}`);

/** Carries errors thrown inside callbacks across DuckDB, which only keeps their message. */
export class ThrownErrors {
  readonly #errors = new Map<number, unknown>();
  #next = 1;

  /** The error to throw to DuckDB in place of `error`. */
  mark(error: unknown): Error {
    const number = this.#next++;
    this.#errors.set(number, error);
    if (this.#errors.size > THROWN_REMEMBERED_MAX) {
      for (const oldest of this.#errors.keys()) {
        this.#errors.delete(oldest);
        break;
      }
    }
    return new Error(`${MARK}${number}${MARK}${messageOf(error)}`);
  }

  take(number: number): unknown {
    const error = this.#errors.get(number);
    this.#errors.delete(number);
    return error;
  }
}

/** Turns whatever the binding threw into an EngineError. */
export function toEngineError(error: unknown, thrown: ThrownErrors): EngineError {
  if (error instanceof EngineError) return error;
  const { exceptionType, text } = readDuckdbText(messageOf(error));
  const marked = MARKED.exec(text);
  if (marked === null) {
    const kind = kindOf(exceptionType);
    const message = kind === 'user' ? withoutLocation(text) : text;
    return new EngineError(kind, message, { exceptionType, cause: error });
  }
  const cause = thrown.take(Number(marked[1])) ?? error;
  if (cause instanceof EngineError) return cause;
  const kind = cause instanceof AssertionError ? 'internal' : 'user';
  const message = text.slice(marked.index + marked[0].length);
  return new EngineError(kind, message, { exceptionType, cause });
}

export function interruptedError(): EngineError {
  return new EngineError('interrupted', 'the query was interrupted');
}

interface DuckdbText {
  readonly exceptionType: string | undefined;
  readonly text: string;
}

/** Errors that do not come from a query (opening, connecting) are plain text, not JSON. */
function readDuckdbText(message: string): DuckdbText {
  if (message.startsWith('{')) {
    const parsed = parseObject(message);
    const text = parsed?.['exception_message'];
    const exceptionType = parsed?.['exception_type'];
    if (typeof text === 'string' && typeof exceptionType === 'string') {
      return { exceptionType, text };
    }
  }
  const prefixed = /^([A-Z][A-Za-z ]*) Error: /.exec(message);
  if (prefixed === null) return { exceptionType: undefined, text: message };
  return { exceptionType: prefixed[1], text: message.slice(prefixed[0].length) };
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function kindOf(exceptionType: string | undefined): EngineErrorKind {
  switch (exceptionType?.toLowerCase()) {
    case 'interrupt':
      return 'interrupted';
    case 'out of memory':
      return 'out-of-memory';
    case 'invalid input':
    case 'out of range':
    case 'conversion':
    case 'divide by zero':
    case 'mismatch type':
      return 'user';
    default:
      return 'internal';
  }
}

/** DuckDB points into the SQL we generated, which the client has never seen. */
function withoutLocation(text: string): string {
  const at = text.indexOf('\n\nLINE ');
  return at < 0 ? text : text.slice(0, at);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
