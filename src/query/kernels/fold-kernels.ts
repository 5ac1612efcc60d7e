/**
 * The kernels of reduce(): `k_fold_<type>(program, list, values)`, one for each type of result.
 *
 *     program   a FoldProgram as JSON, the same text for all rows
 *     list      the elements; NULL makes the result NULL
 *     values    a struct: the first state, then the values that the lambdas capture
 */
import { assert, assertNever, known } from '../../base/assert.ts';
import type { VectorView } from '../../engine/api.ts';
import { foldClosure } from './fold-closures.ts';
import {
  type CellType,
  type FoldFrame,
  type FoldProgram,
  type FoldValue,
  wholeOf,
} from './fold-program.ts';
import type { VectorKernel } from './kernel.ts';
import { listView } from './series-points.ts';

type Reader = (row: number) => FoldValue;

function readerOf(view: VectorView): Reader {
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
      return wholeReader(view.cells32, view.bigints);
    case 'double':
      return (row) => view.doubles[row]!;
    case 'varchar':
      return (row) => view.text(row);
    case 'struct': {
      const fields = view.fields.map(readerOf);
      return (row) => fields.map((read) => read(row));
    }
    case 'list':
      throw new Error('a fold program reads no lists');
    default:
      return assertNever(view);
  }
}

/** Of the halves, where they make an exact number. */
function wholeReader(cells32: Int32Array, bigints: BigInt64Array): Reader {
  return (row) => {
    const high = cells32[2 * row + 1]!;
    if (high < -HIGH_MAX || high >= HIGH_MAX) return wholeOf(bigints[row]!);
    return high * 2 ** 32 + (cells32[2 * row]! >>> 0);
  };
}

/** High halves up to here belong to numbers below 2^53. */
const HIGH_MAX = 2 ** 20;

function programOf(view: VectorView): FoldProgram {
  assert(view.kind === 'varchar', 'the program is a text');
  return JSON.parse(view.text(0)) as FoldProgram;
}

function foldKernel(result: CellType): VectorKernel {
  return {
    name: `k_fold_${result}`,
    parameters: ['varchar', 'any', 'any'],
    result,
    nulls: 'propagate',
    run(args, rows, out) {
      if (rows === 0) return;
      const { step, finish } = programOf(known(args[0], 'the program'));
      const list = listView(args[1]);
      const values = known(args[2], 'the first state and the captured values');
      assert(values.kind === 'struct', 'the values are a struct');
      const fields = list.child.kind === 'struct' ? list.child.fields.map(readerOf) : [];
      const element = { whole: readerOf(list.child), fields };
      const frame: FoldFrame = { state: null, at: 0, outer: [] };
      const next = foldClosure(step, frame, element);
      const last = foldClosure(finish, frame, element);
      const [start = () => null, ...outer] = values.fields.map(readerOf);
      for (let row = 0; row < rows; row++) {
        frame.state = start(row);
        frame.outer = outer.map((read) => read(row));
        const from = list.offset(row);
        const until = from + list.length(row);
        for (frame.at = from; frame.at < until; frame.at++) frame.state = next();
        write(last(), row);
      }

      function write(value: FoldValue, row: number): void {
        if (value === null) {
          out.setNull(row);
          return;
        }
        switch (result) {
          case 'boolean':
            out.bytes[row] = value === true ? 1 : 0;
            break;
          case 'integer':
            out.ints[row] = value as number;
            break;
          case 'bigint':
            out.bigints[row] = BigInt(value as number | bigint);
            break;
          case 'double':
            out.doubles[row] = value as number;
            break;
          case 'varchar':
            out.setText(row, value as string);
            break;
          default:
            assertNever(result);
        }
      }
    },
  };
}

const CELL_TYPES: readonly CellType[] = ['boolean', 'integer', 'bigint', 'double', 'varchar'];

export const foldKernels: readonly VectorKernel[] = CELL_TYPES.map(foldKernel);
