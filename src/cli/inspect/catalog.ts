/**
 * `tessera inspect catalog`: databases and tables with retention, schema and tiles, folded from the
 * stored metadata. Of a damaged metadata log it shows what was before the damage, and fails.
 */
import { isDeepStrictEqual } from 'node:util';
import type {
  CatalogState,
  DatabaseEntry,
  PartitionKey,
  TableEntry,
  Tags,
} from '../../catalog/api.ts';
import { LogCorruption } from '../../substrate/log/api.ts';
import { type Tile, WHOLE_PLANE } from '../../tiles/api.ts';
import { CommandError, EXIT } from '../exit.ts';
import type { InspectCatalogFlags } from '../flags.ts';
import { type Item, remark, report } from './report.ts';
import { StoredFolder } from './stored-folder.ts';
import { aligned, countText, nanosText, printable } from './text.ts';

export async function inspectCatalog(path: string, flags: InspectCatalogFlags): Promise<void> {
  await report(flags, () => catalogItems(path, flags));
}

async function* catalogItems(path: string, flags: InspectCatalogFlags): AsyncGenerator<Item> {
  const folder = await StoredFolder.open(path);
  const { state, position, damage } = await folder.catalog();
  const databases = state.databases.sortedKeys.filter((name) => (flags.database ?? name) === name);
  let shownDatabases = 0;
  let tables = 0;
  for (const name of databases) {
    const database = state.databases.get(name);
    if (database === undefined) continue;
    const shown = tablesOf(state, database, flags.table);
    if (flags.table !== undefined && shown.length === 0) continue;
    yield databaseItem(database);
    for (const table of shown) yield tableItem(table, state.tiles.within(table.id));
    shownDatabases += 1;
    tables += shown.length;
  }
  remark(
    `${countText(shownDatabases, 'database')}, ${countText(tables, 'table')}, ` +
      `from ${countText(position, 'record')} of metadata`,
  );
  if (damage !== undefined) {
    const { message } = new LogCorruption(damage, damage.why);
    throw new CommandError(EXIT.failed, `${message}; shown is the catalog before that`);
  }
  if (flags.database !== undefined && databases.length === 0) {
    throw new CommandError(EXIT.failed, `there is no database '${flags.database}'`);
  }
  if (flags.table !== undefined && tables === 0) {
    throw new CommandError(EXIT.failed, `there is no table '${flags.table}'`);
  }
}

function tablesOf(
  state: CatalogState,
  database: DatabaseEntry,
  only: string | undefined,
): readonly TableEntry[] {
  return database.tables.sortedKeys
    .filter((name) => (only ?? name) === name)
    .flatMap((name) => state.tables.get(database.tables.get(name)!) ?? []);
}

function databaseItem(database: DatabaseEntry): Item {
  const { id, name, kmsKeyArn, tags } = database;
  const times = timesOf(database);
  return {
    text: [
      `database ${name}`,
      ...details([
        ['id', String(id)],
        ['created', times.created],
        ['key', kmsKeyArn],
        ['tags', tagsText(tags)],
      ]),
    ].join('\n'),
    json: {
      kind: 'database',
      id,
      name,
      ...times,
      kmsKeyArn,
      tags: Object.fromEntries(tags),
      tables: database.tables.sortedKeys,
    },
  };
}

function tableItem(table: TableEntry, tiles: readonly Tile[]): Item {
  const { id, database, name, retention, magneticWrites, partitionKey, tags, schema } = table;
  const times = timesOf(table);
  const measures = schema.measureNames.map((measure) => ({
    name: measure,
    type: schema.measures.get(measure)?.type ?? 'multi',
    dimensions: (schema.measures.get(measure)?.dimensionIds ?? []).map(
      (at) => schema.dimensions[at],
    ),
  }));
  const { memoryHours, magneticDays } = retention;
  return {
    text: [
      `  table ${database}.${name}`,
      ...details([
        ['  id', String(id)],
        ['  created', times.created],
        ['  retention', `memory ${memoryHours} h, magnetic ${magneticDays} d`],
        ['  magnetic writes', magneticWrites.enabled ? 'on' : 'off'],
        ['  partition key', partitionText(partitionKey)],
        ['  tags', tagsText(tags)],
        ['  dimensions', list(schema.dimensions)],
        ['  measures', list(measures.map((measure) => `${measure.name} ${measure.type}`))],
        ['  attributes', list(schema.attributes.map((each) => `${each.name} ${each.type}`))],
        ...tiles.map((tile): [string, string] => ['  tile', tileText(tile)]),
      ]),
    ].join('\n'),
    json: {
      kind: 'table',
      id,
      database,
      name,
      ...times,
      retention,
      magneticWrites,
      partitionKey,
      tags: Object.fromEntries(tags),
      dimensions: schema.dimensions,
      measures,
      attributes: schema.attributes,
      tiles: tiles.map(tileJson),
    },
  };
}

/** What is empty is left out. */
function details(rows: readonly (readonly [string, string])[]): readonly string[] {
  return aligned(rows.filter(([, text]) => text !== '').map(([name, text]) => [`  ${name}`, text]));
}

function timesOf({ createdMs, updatedMs }: DatabaseEntry | TableEntry) {
  return {
    created: new Date(createdMs).toISOString(),
    updated: new Date(updatedMs).toISOString(),
  };
}

function partitionText(key: PartitionKey): string {
  if (key.kind === 'measure') return 'the measure name';
  return `dimension ${printable(key.name)}, ${key.enforcement.toLowerCase()}`;
}

function tagsText(tags: Tags): string {
  return list([...tags].map(([key, value]) => `${key}=${value}`));
}

function list(texts: readonly string[]): string {
  return texts.map(printable).join(', ');
}

function tileText(tile: Tile): string {
  const { spaceLo, spaceHi, timeLo, timeHi } = tile.rectangle;
  const isWhole = isDeepStrictEqual(tile.rectangle, WHOLE_PLANE);
  const space = `space ${spaceLo.toString(16)} to ${spaceHi.toString(16)}`;
  const from = timeLo === WHOLE_PLANE.timeLo ? 'the beginning' : nanosText(timeLo);
  const to = timeHi === WHOLE_PLANE.timeHi ? 'the end' : nanosText(timeHi);
  const where = isWhole ? 'everything' : `${space}, time ${from} to ${to}`;
  return `${tile.id}, ${where}; ${rowsText(tile)}`;
}

function rowsText({ frozen, active, objects }: Tile): string {
  const rows = objects.reduce((sum, object) => sum + object.rows, 0);
  return (
    [
      ...(active === undefined ? [] : [`generation ${active}`]),
      ...frozen.map((generation) => `frozen generation ${generation}`),
      ...(objects.length === 0
        ? []
        : [`${countText(objects.length, 'object')} with ${countText(rows, 'row')}`]),
    ].join(', ') || 'empty'
  );
}

/** Bounds are 64-bit numbers, so they are texts; upper ones are exclusive. */
function tileJson({ id, frozen, active, objects, rectangle }: Tile) {
  const { spaceLo, spaceHi, timeLo, timeHi } = rectangle;
  return {
    id,
    active: active ?? null,
    frozen,
    objects: objects.map(({ key, rows, bytes }) => ({ key, rows, bytes })),
    space: [String(spaceLo), String(spaceHi)],
    timeNanos: [String(timeLo), String(timeHi)],
  };
}
