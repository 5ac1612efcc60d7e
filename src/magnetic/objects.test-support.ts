/** Objects made of plain rows, by the real engine in a folder of the test's own. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { TableSchema } from '../catalog/api.ts';
import { type Engine, openEngine, readRows, type VectorValue } from '../engine/api.ts';
import {
  type Held,
  type ObjectContents,
  type ObjectLayout,
  type ObjectsRead,
  objectLayout,
  objectsRelation,
  type SortKey,
  writeObject,
} from './api.ts';
import { TYPES } from './object-layout.ts';
import { textLiteral } from './sql-text.ts';

/** Values by the names in relations; absent: NULL. Times are nanoseconds. */
export type PlainRow = Readonly<Record<string, string | number | bigint | boolean | undefined>>;

export interface Workbench {
  readonly folder: string;
  readonly engine: Engine;
  close(): Promise<void>;
}

export async function openWorkbench(): Promise<Workbench> {
  const folder = await mkdtemp(`${tmpdir()}/tessera-magnetic-`);
  const engine = await openEngine({
    memoryLimitBytes: 256 * 1024 * 1024,
    threads: 2,
    tempDirectory: `${folder}/spill`,
    allowedDirectories: [folder],
  });
  return {
    folder,
    engine,
    async close() {
      await engine.close();
      await rm(folder, { recursive: true });
    },
  };
}

export const SCHEMA = TableSchema.empty.extended({
  dimensions: ['region', 'host'],
  measures: [
    { name: 'cpu', type: 'multi', dimensions: ['region', 'host'] },
    { name: 'load', type: 'double', dimensions: ['host'] },
  ],
  attributes: [
    { name: 'idle', type: 'double' },
    { name: 'count', type: 'bigint' },
    { name: 'state', type: 'varchar' },
    { name: 'up', type: 'boolean' },
    { name: 'seen', type: 'timestamp' },
  ],
});
/** All of it: both dimensions, measure_value::double, the attributes. */
export const LAYOUT = objectLayout(SCHEMA, { dimensions: [0, 1], columns: [0, 4, 5, 6, 7, 8] });

const relationType = ({ type }: { readonly type: string }): string =>
  type === TYPES.timestamp ? 'BIGINT' : type;

/** A SELECT of the rows, with all columns of the layout. */
export function plainRelation(layout: ObjectLayout, rows: readonly PlainRow[]): string {
  const texts = rows.map((row) => {
    const cells = layout.map((column) => {
      const value = row[column.name];
      if (value === undefined) return `CAST(NULL AS ${relationType(column)})`;
      const text = Object.is(value, -0) ? '-0.0' : `${value}`;
      return `CAST(${textLiteral(text)} AS ${relationType(column)})`;
    });
    return `(${cells.join(', ')})`;
  });
  const names = layout.map(({ name }) => name).join(', ');
  return `SELECT * FROM (VALUES ${texts.join(', ')}) AS v(${names})`;
}

let drafts = 0;

export async function written(
  { engine, folder }: Workbench,
  rows: readonly PlainRow[],
  options: { readonly layout?: ObjectLayout; readonly sortFirst?: SortKey } = {},
): Promise<{ readonly path: string; readonly rows: number; readonly contents: ObjectContents }> {
  const layout = options.layout ?? LAYOUT;
  drafts += 1;
  const path = `${folder}/object-${drafts}.parquet`;
  const relation = plainRelation(layout, rows);
  const plan = { layout, relation, path, sortFirst: options.sortFirst };
  const contents = await writeObject(engine, plan);
  if (contents === undefined) throw new Error('no rows were written');
  return { path, rows: contents.rows, contents };
}

export function heldBy(layout: ObjectLayout): readonly Held[] {
  return layout.map(({ holds }) => holds);
}

/** In the order of the objects. */
export async function readObjects(engine: Engine, read: ObjectsRead): Promise<VectorValue[][]> {
  const relation = objectsRelation(read);
  return relation === undefined ? [] : readRows(engine, relation);
}
