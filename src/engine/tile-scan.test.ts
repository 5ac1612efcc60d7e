/** Scans of our own columns from SQL. */
import { tmpdir } from 'node:os';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type Engine,
  openEngine,
  readRows,
  type ScanColumn,
  type ScanDictionary,
  type ScanSource,
  scanDictionary,
} from './api.ts';

let engine: Engine;

beforeAll(async () => {
  engine = await openEngine({
    memoryLimitBytes: 256 * 1024 * 1024,
    threads: 2,
    tempDirectory: `${tmpdir()}/tessera-engine-scan-test`,
    allowedDirectories: [],
  });
});

afterAll(() => engine.close());

const LONG = 'a dimension value of more than twelve bytes, größer';

/** Fills columns by name, and notes which ordinals each cursor was opened for. */
function source(options: {
  readonly columns: ScanSource['columns'];
  readonly rows: number;
  readonly step?: number;
  fill(column: ScanColumn, name: string, from: number, rows: number): void;
}): ScanSource & { readonly opened: (readonly number[])[] } {
  const opened: (readonly number[])[] = [];
  return {
    columns: options.columns,
    rowsEstimated: options.rows,
    opened,
    open(projected) {
      opened.push(projected);
      let done = 0;
      return {
        next(out) {
          const rows = Math.min(options.step ?? 2048, options.rows - done);
          if (rows === 0) return 0;
          for (const [k, column] of out.entries()) {
            options.fill(column, options.columns[projected[k]!]!.name, done, rows);
          }
          done += rows;
          return rows;
        },
      };
    },
  };
}

const REGIONS = ['eu', LONG, 'us-east-1'];

function allTypes(rows: number, dictionary: ScanDictionary = scanDictionary(REGIONS), step = 2048) {
  return source({
    columns: [
      { name: 'flag', type: 'boolean' },
      { name: 'small', type: 'integer' },
      { name: 'time', type: 'bigint' },
      { name: 'value', type: 'double' },
      { name: 'region', type: 'varchar' },
      { name: 'note', type: 'varchar' },
    ],
    rows,
    step,
    fill(column, name, from, count) {
      const codes = Int32Array.from({ length: count }, (_, i) => ((from + i) % 4) - 1);
      if (name === 'region') column.putCodes(dictionary, codes, { from: 0, until: count, row: 0 });
      for (let i = 0; i < count; i++) {
        const row = from + i;
        if (name === 'flag') column.bytes[i] = row % 2;
        if (name === 'small') column.ints[i] = -row;
        if (name === 'time') column.bigints[i] = BigInt(row) * 1_000_000_000_000n;
        if (name === 'value') column.doubles[i] = row / 2;
        if (name === 'note') column.setText(i, row % 2 === 0 ? `n${row}` : `${LONG} ${row}`);
        if (name !== 'region' && row % 5 === 4) column.setNull(i);
      }
    },
  });
}

describe('tile_scan()', () => {
  test('gives all types, NULLs, short and long texts', async () => {
    const id = engine.addScan(allTypes(6));
    expect(await readRows(engine, `SELECT * FROM tile_scan(${id})`)).toEqual([
      [false, 0, 0n, 0, null, 'n0'],
      [true, -1, 1000000000000n, 0.5, 'eu', `${LONG} 1`],
      [false, -2, 2000000000000n, 1, LONG, 'n2'],
      [true, -3, 3000000000000n, 1.5, 'us-east-1', `${LONG} 3`],
      [null, null, null, null, null, null],
      [true, -5, 5000000000000n, 2.5, 'eu', `${LONG} 5`],
    ]);
    engine.dropScan(id);
  });

  test('opens a cursor for the columns a statement reads, in its order', async () => {
    const scan = allTypes(10);
    const id = engine.addScan(scan);
    const sql = `SELECT value, small FROM tile_scan(${id}) WHERE flag AND value < 2 ORDER BY small`;
    expect(await readRows(engine, sql)).toEqual([
      [1.5, -3],
      [0.5, -1],
    ]);
    expect(new Set(scan.opened[0])).toEqual(new Set([0, 1, 3]));
    engine.dropScan(id);
  });

  test('counts rows by the first column', async () => {
    const scan = allTypes(5000);
    const id = engine.addScan(scan);
    expect(await readRows(engine, `SELECT count(*) FROM tile_scan(${id})`)).toEqual([[5000n]]);
    expect(scan.opened).toEqual([[0]]);
    engine.dropScan(id);
  });

  test('of an empty source gives no rows', async () => {
    const id = engine.addScan(allTypes(0));
    expect(await readRows(engine, `SELECT * FROM tile_scan(${id})`)).toEqual([]);
    expect(await readRows(engine, `SELECT count(*), sum(value) FROM tile_scan(${id})`)).toEqual([
      [0n, null],
    ]);
    engine.dropScan(id);
  });

  test('forgets the NULLs of the chunk before', async () => {
    const scan = source({
      columns: [{ name: 'v', type: 'integer' }],
      rows: 20,
      step: 10,
      fill(column, _name, from, rows) {
        for (let i = 0; i < rows; i++) column.ints[i] = from + i;
        if (from === 0) column.setNulls(2, 9);
      },
    });
    const id = engine.addScan(scan);
    const rows = await readRows(engine, `SELECT count(v), sum(v)::BIGINT FROM tile_scan(${id})`);
    expect(rows).toEqual([[13n, 0n + 1n + 9n + 145n]]);
    engine.dropScan(id);
  });

  test('joins and groups scans by texts of several dictionaries', async () => {
    const left = engine.addScan(allTypes(9000));
    const right = engine.addScan(allTypes(7, scanDictionary([...REGIONS]), 3));
    const rows = await readRows(
      engine,
      `SELECT region, count(*) FROM tile_scan(${left}) a JOIN tile_scan(${right}) b
       USING (region) GROUP BY region ORDER BY region`,
    );
    expect(rows).toEqual([
      [LONG, 4500n],
      ['eu', 4500n],
      ['us-east-1', 2250n],
    ]);
    engine.dropScan(left);
    engine.dropScan(right);
  });

  test('keeps constant runs of a growing dictionary', async () => {
    const texts: string[] = [];
    const dictionary = scanDictionary(texts, 'growing');
    const scan = (): ScanSource =>
      source({
        columns: [{ name: 'host', type: 'varchar' }],
        rows: 3000 * 100,
        step: 100,
        fill(column, _name, from, rows) {
          const code = from / 100;
          if (texts.length <= code) texts.push(code % 2 === 0 ? `h${code}` : `${LONG} ${code}`);
          column.fillText(dictionary, code, 0, rows);
        },
      });
    for (let round = 0; round < 3; round++) {
      const id = engine.addScan(scan());
      const rows = await readRows(
        engine,
        `SELECT host, count(*) FROM tile_scan(${id}) GROUP BY host ORDER BY host`,
      );
      const expected = [...texts].sort((a, b) => (a < b ? -1 : 1)).map((text) => [text, 100n]);
      expect(rows).toEqual(expected);
      engine.dropScan(id);
    }
  });

  test('takes any mix of runs, codes, texts and NULLs in a chunk', async () => {
    const dictionary = scanDictionary(REGIONS);
    const id = engine.addScan(
      source({
        columns: [{ name: 'v', type: 'varchar' }],
        rows: 24,
        step: 8,
        fill(column, _name, from) {
          column.fillText(dictionary, 1, 0, 3);
          column.fillText(dictionary, 1, 3, from === 8 ? 8 : 4);
          if (from === 8) return;
          column.fillText(dictionary, from === 0 ? 2 : -1, 4, 6);
          column.putCodes(dictionary, [9, 0, -1], { from: 1, until: 3, row: 6 });
        },
      }),
    );
    expect(await readRows(engine, `SELECT v FROM tile_scan(${id})`)).toEqual(
      [
        [LONG, LONG, LONG, LONG, 'us-east-1', 'us-east-1', 'eu', null],
        new Array(8).fill(LONG),
        [LONG, LONG, LONG, LONG, null, null, 'eu', null],
      ]
        .flat()
        .map((text) => [text]),
    );
    engine.dropScan(id);
  });

  test('keeps every character of every text', async () => {
    const texts = [
      '',
      '\0',
      'a\0b',
      `\0${LONG}\0\0`,
      '\ud800 lone',
      'ünïcödé',
      '🦆🦆🦆',
      '🦆🦆🦆🦆',
    ];
    const dictionary = scanDictionary(texts);
    const id = engine.addScan(
      source({
        columns: [
          { name: 'run', type: 'varchar' },
          { name: 'code', type: 'varchar' },
          { name: 'text', type: 'varchar' },
        ],
        rows: texts.length,
        step: 1,
        fill(column, name, from) {
          if (name === 'run') column.fillText(dictionary, from, 0, 1);
          if (name === 'code') column.putCodes(dictionary, [from], { from: 0, until: 1, row: 0 });
          if (name === 'text') column.setText(0, texts[from]!);
        },
      }),
    );
    const whole = texts.map((text) => Buffer.from(text).toString());
    expect(await readRows(engine, `SELECT * FROM tile_scan(${id})`)).toEqual(
      whole.map((text) => [text, text, text]),
    );
    engine.dropScan(id);
  });

  test('keeps texts readable in chunks held after the scan was dropped', async () => {
    const id = engine.addScan(allTypes(4096));
    const stream = await engine.run(`SELECT note, region FROM tile_scan(${id})`);
    const first = (await stream.next())!;
    while ((await stream.next()) !== null);
    engine.dropScan(id);
    const [notes, regions] = [first.column(0), first.column(1)];
    if (notes.kind !== 'varchar' || regions.kind !== 'varchar') throw new Error('not texts');
    expect(notes.text(2047)).toBe(`${LONG} 2047`);
    expect(regions.text(2046)).toBe(LONG);
    expect(Buffer.from(regions.utf8(2046)).toString()).toBe(LONG);
  });

  test('passes on what a source throws', async () => {
    const cause = new RangeError('the tile is gone');
    const id = engine.addScan({
      columns: [{ name: 'v', type: 'integer' }],
      open: () => ({
        next() {
          throw cause;
        },
      }),
    });
    await expect(readRows(engine, `SELECT * FROM tile_scan(${id})`)).rejects.toMatchObject({
      kind: 'user',
      message: 'the tile is gone',
      cause,
    });
    engine.dropScan(id);
  });

  test('of an unknown id is an internal error', async () => {
    await expect(readRows(engine, 'SELECT * FROM tile_scan(987)')).rejects.toMatchObject({
      kind: 'internal',
      message: 'scan 987 is missing',
    });
  });

  test('can be interrupted', async () => {
    const id = engine.addScan(allTypes(1e12, undefined, 2048));
    const controller = new AbortController();
    const pending = readRows(engine, `SELECT sum(value) FROM tile_scan(${id})`, controller);
    setTimeout(() => controller.abort(), 20);
    await expect(pending).rejects.toMatchObject({ kind: 'interrupted' });
    engine.dropScan(id);
  });
});
