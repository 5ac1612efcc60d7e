/**
 * Turns a function of values into a function of vectors: comfortable, and fast enough for texts.
 * Numbers in hot functions are better read from the vectors themselves.
 */
import { assert, assertNever } from '../base/assert.ts';
import type { ScalarFunction, VectorValue } from './scalar-function.ts';
import type { ResultVector, VectorView } from './vector.ts';
import type { VectorType } from './vector-type.ts';

/** `Args` says which values the declared parameters give; with nulls 'called' add null to each. */
export interface RowFunction<Args extends readonly VectorValue[]>
  extends Omit<ScalarFunction, 'run'> {
  apply(...args: Args): VectorValue;
}

export function perRow<Args extends readonly VectorValue[]>(fn: RowFunction<Args>): ScalarFunction {
  const { apply: _apply, ...declaration } = fn;
  const write = writerOf(fn.result);
  const skipNulls = fn.nulls === 'propagate';
  return {
    ...declaration,
    run(views, rows, out) {
      const readers = views.map(readerOf);
      const nullable = skipNulls ? views.filter((view) => !view.allValid) : [];
      const args: VectorValue[] = new Array<VectorValue>(views.length);
      for (let row = 0; row < rows; row++) {
        if (nullable.length > 0 && nullable.some((view) => view.isNull(row))) continue;
        for (let k = 0; k < readers.length; k++) args[k] = readers[k]!(row);
        write(out, row, fn.apply(...(args as unknown as Args)));
      }
    },
  };
}

type Reader = (row: number) => VectorValue;
type Writer = (out: ResultVector, row: number, value: VectorValue) => void;

export function readerOf(view: VectorView): Reader {
  const read = presentReaderOf(view);
  return view.allValid ? read : (row) => (view.isNull(row) ? null : read(row));
}

function presentReaderOf(view: VectorView): Reader {
  switch (view.kind) {
    case 'boolean':
      return (row) => view.bytes[row] === 1;
    case 'integer':
      return (row) => view.ints[row]!;
    case 'bigint':
      return (row) => view.bigints[row]!;
    case 'double':
      return (row) => view.doubles[row]!;
    case 'varchar':
      return (row) => view.text(row);
    case 'list': {
      const readEntry = readerOf(view.child);
      return (row) => {
        const entries: VectorValue[] = [];
        const until = view.offset(row) + view.length(row);
        for (let i = view.offset(row); i < until; i++) entries.push(readEntry(i));
        return entries;
      };
    }
    case 'struct': {
      const readers = view.fields.map(readerOf);
      return (row) => Object.fromEntries(view.names.map((name, k) => [name, readers[k]!(row)]));
    }
    default:
      return assertNever(view);
  }
}

export function writerOf(type: VectorType): Writer {
  const write = presentWriterOf(type);
  return (out, row, value) => {
    if (value === null) out.setNull(row);
    else write(out, row, value);
  };
}

function presentWriterOf(type: VectorType): Writer {
  if (typeof type === 'object') return 'list' in type ? listWriter(type.list) : structWriter(type);
  switch (type) {
    case 'boolean':
      return (out, row, value) => {
        out.bytes[row] = value === true ? 1 : 0;
      };
    case 'integer':
      return (out, row, value) => {
        out.ints[row] = Number(value);
      };
    case 'bigint':
      return (out, row, value) => {
        out.bigints[row] = typeof value === 'bigint' ? value : BigInt(value as number);
      };
    case 'double':
      return (out, row, value) => {
        out.doubles[row] = Number(value);
      };
    case 'varchar':
      return (out, row, value) => {
        out.setText(row, value as string);
      };
    default:
      return assertNever(type);
  }
}

function listWriter(entryType: VectorType): Writer {
  const writeEntry = writerOf(entryType);
  return (out, row, value) => {
    assert(Array.isArray(value), 'a function that returns a list returns an array');
    const entries = value as readonly VectorValue[];
    const offset = out.startList(row, entries.length);
    for (let i = 0; i < entries.length; i++) writeEntry(out.child, offset + i, entries[i]!);
  };
}

function structWriter(type: Extract<VectorType, { readonly struct: unknown }>): Writer {
  const writers = type.struct.map(([, fieldType]) => writerOf(fieldType));
  return (out, row, value) => {
    const fields = value as Readonly<Record<string, VectorValue>>;
    for (let k = 0; k < writers.length; k++) {
      writers[k]!(out.fields[k]!, row, fields[type.struct[k]![0]] ?? null);
    }
  };
}
