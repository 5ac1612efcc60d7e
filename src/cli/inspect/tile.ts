/**
 * `tessera inspect tile`: the tiles of tables, and where the rows of each are: in which entries of
 * the log, by generation, and in which objects. Objects are shown as the tile index knows them;
 * `inspect objects` compares that with the files.
 *
 * Rows of the log are counted as they were written: one that was replaced since counts twice.
 */
import type { GenerationId, Nanos } from '../../base/brand.ts';
import { LogCorruption } from '../../substrate/log/api.ts';
import { type Tile, type TileObject, WHOLE_PLANE } from '../../tiles/api.ts';
import { CommandError, EXIT } from '../exit.ts';
import type { InspectTileFlags } from '../flags.ts';
import { NameBook } from './entry-content.ts';
import { type LoggedGenerations, loggedGenerations } from './logged-generations.ts';
import { type Item, remark, report } from './report.ts';
import { type StoredCatalog, StoredFolder } from './stored-folder.ts';
import { aligned, countText, nanosText, printable, sizeText } from './text.ts';

export async function inspectTile(path: string, flags: InspectTileFlags): Promise<void> {
  await report(flags, () => tileItems(path, flags));
}

async function* tileItems(path: string, flags: InspectTileFlags): AsyncGenerator<Item> {
  const folder = await StoredFolder.open(path);
  const catalog = await folder.catalog();
  const tiles = tilesOf(catalog, flags);
  const failures: string[] = [];
  if (catalog.damage !== undefined) {
    failures.push(new LogCorruption(catalog.damage, catalog.damage.why).message);
  }
  const found = await loggedGenerations(folder, failures);
  const names = new NameBook(catalog.state);
  for (const { table, tile } of tiles) {
    yield tileItem(table, tile);
    for (const generation of tile.frozen) yield generationItem(tile, 'frozen', generation, found);
    if (tile.active !== undefined) yield generationItem(tile, 'active', tile.active, found);
    for (const object of tile.objects) yield objectItem(tile, object, { catalog, names });
  }
  remark(countText(tiles.length, 'tile'));
  if (failures.length > 0) throw new CommandError(EXIT.failed, failures.join('\ntessera: '));
}

interface NamedTile {
  readonly table: string;
  readonly tile: Tile;
}

function tilesOf({ state }: StoredCatalog, flags: InspectTileFlags): readonly NamedTile[] {
  if (flags.tile !== undefined && !/^\d{1,15}$/.test(flags.tile)) {
    throw new CommandError(EXIT.usage, `--tile is '${flags.tile}'; expected a number`);
  }
  const tables = [...state.tables.values()]
    .map(({ id, database, name }) => ({ id, name: `${database}.${name}` }))
    .filter(({ name }) => (flags.table ?? name) === name)
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  if (flags.table !== undefined && tables.length === 0) {
    const what = `there is no table '${flags.table}'; name it as database.table`;
    throw new CommandError(EXIT.failed, what);
  }
  const tiles = tables
    .flatMap(({ id, name }) => state.tiles.within(id).map((tile) => ({ table: name, tile })))
    .filter(({ tile }) => flags.tile === undefined || tile.id === Number(flags.tile));
  if (flags.tile !== undefined && tiles.length === 0) {
    throw new CommandError(EXIT.failed, `there is no tile ${flags.tile}`);
  }
  return tiles;
}

function tileItem(table: string, tile: Tile): Item {
  const { spaceLo, spaceHi, timeLo, timeHi } = tile.rectangle;
  const space = [spaceLo, spaceHi].map((bound) => bound.toString(16).padStart(16, '0'));
  const from = timeLo === WHOLE_PLANE.timeLo ? null : nanosText(timeLo);
  const to = timeHi === WHOLE_PLANE.timeHi ? null : nanosText(timeHi);
  return {
    text: [
      `tile ${tile.id} of ${printable(table)}`,
      ...aligned([
        ['  space', space.join(' to ')],
        ['  time', `${from ?? 'the beginning'} to ${to ?? 'the end'}`],
      ]),
    ].join('\n'),
    json: { kind: 'tile', tile: tile.id, table, space, from, to },
  };
}

function generationItem(
  tile: Tile,
  state: 'active' | 'frozen',
  generation: GenerationId,
  found: LoggedGenerations,
): Item {
  const logged = found.get(generation);
  const span = spanOf(logged?.from, logged?.to);
  const where = logged && [
    `${countText(logged.rows, 'row')} in ${countText(logged.entries, 'entry', 'entries')}`,
    `${logged.log} ${logged.first} to ${logged.last}`,
    `${span.from} to ${span.to}`,
  ];
  return {
    text: `  generation ${generation}, ${state}: ${where?.join(', ') ?? 'nothing in the log'}`,
    json: {
      kind: 'generation',
      tile: tile.id,
      generation,
      state,
      log: logged?.log ?? null,
      entries: logged?.entries ?? 0,
      rows: logged?.rows ?? 0,
      firstEntry: logged?.first ?? null,
      lastEntry: logged?.last ?? null,
      ...span,
    },
  };
}

function objectItem(
  tile: Tile,
  object: TileObject,
  around: { readonly catalog: StoredCatalog; readonly names: NameBook },
): Item {
  const { key, rows, bytes, crc32, measureNames, dimensionValues } = object;
  const dimensionNames = around.catalog.state.tables.get(tile.table)?.schema.dimensions ?? [];
  const dimensionName = (id: number): string => dimensionNames[id] ?? `dimension ${id}`;
  const dimensions = object.dimensions.map(dimensionName);
  const columns = object.columns.map((id) => around.names.column(tile.table, id) ?? `column ${id}`);
  const values = [...dimensionValues].map(([id, some]) => [dimensionName(id), some] as const);
  const span = spanOf(object.minTime, object.maxTime);
  const lists: readonly (readonly [string, readonly string[] | undefined])[] = [
    ['dimensions', dimensions],
    ['columns', columns],
    ['measure names', measureNames],
    ...values,
  ];
  const crcText = crc32.toString(16).padStart(8, '0');
  return {
    text: [
      `  object ${printable(key)}: ${countText(rows, 'row')}, ${sizeText(bytes)}, ` +
        `${span.from} to ${span.to}`,
      ...aligned(
        lists.flatMap(([name, texts]) =>
          texts === undefined ? [] : [[`    ${printable(name)}`, texts.map(printable).join(', ')]],
        ),
      ),
    ].join('\n'),
    json: {
      kind: 'object',
      tile: tile.id,
      key,
      rows,
      bytes,
      crc32: crcText,
      ...span,
      dimensions,
      columns,
      measureNames: measureNames ?? null,
      dimensionValues: Object.fromEntries(values),
    },
  };
}

function spanOf(from: Nanos | undefined, to: Nanos | undefined) {
  return {
    from: from === undefined ? null : nanosText(from),
    to: to === undefined ? null : nanosText(to),
  };
}
