/**
 * The command table. Commands are imported when they run, so that `tessera --help` does not load
 * the engine (0.3 s).
 */
import { Command, Option as Flag } from 'commander';
import { environmentName, OPTIONS, type Option, type OptionName } from '../host/config/options.ts';
import { VERSION } from '../host/version.ts';
import { EXIT } from './exit.ts';
import type {
  DemoFlags,
  EndpointFlags,
  InspectCatalogFlags,
  InspectLogFlags,
  InspectObjectsFlags,
  InspectTileFlags,
  QueryFlags,
} from './flags.ts';

export function createProgram(): Command {
  const program = new Command('tessera')
    .description('A time-series database that speaks the API of Amazon Timestream')
    .version(VERSION)
    .showHelpAfterError()
    // commander's own code for a wrong command line is that of a failed statement.
    .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? EXIT.ok : EXIT.usage));

  const serve = program
    .command('serve')
    .description('run a server')
    .addHelpText(
      'before',
      'Examples:\n  tessera serve --data ./tessera-data\n  tessera serve --in-memory --port 0\n',
    )
    .action(async (flags: Record<string, string | boolean>) => {
      const { serve } = await import('./serve.ts');
      await serve(flagsByName(flags));
    });
  for (const option of OPTIONS) serve.addOption(flagOf(option));

  withEndpoint(program.command('query <sql>'))
    .description('run one statement: a table on a terminal, CSV in a pipe')
    .addHelpText(
      'before',
      'Examples:\n  tessera query "SHOW DATABASES"\n' +
        '  tessera query "SELECT * FROM sampleDB.DevOps LIMIT 10" > rows.csv\n',
    )
    .option('--format <format>', 'table or csv', undefined)
    .action(async (sql: string, flags: QueryFlags) => {
      const { query } = await import('./query.ts');
      await query(sql, flags);
    });

  withEndpoint(program.command('demo'))
    .description("load AWS's sample tables and sample this host every second, until stopped")
    .addHelpText('before', 'Examples:\n  tessera demo\n  tessera demo --hours 2 --no-live\n')
    .option('--hours <hours>', 'hours of sample data to load', '3')
    .option('--no-live', 'only load the sample tables')
    .action(async (flags: DemoFlags) => {
      const { demo } = await import('./demo/demo.ts');
      await demo(flags);
    });

  const clock = program.command('clock').description('the clock of a server with --clock manual');
  withEndpoint(clock.command('advance <duration>'))
    .description('move it forward, e.g. by 6h; units are ms, s, m, h, d')
    .action(async (by: string, flags: EndpointFlags) => {
      const { advanceClock } = await import('./clock.ts');
      await advanceClock(by, flags);
    });
  addInspect(program);
  return program;
}

function addInspect(program: Command): void {
  const inspect = program
    .command('inspect')
    .description('look into a data folder, whether or not a server uses it; changes nothing')
    .addHelpText(
      'before',
      'Examples:\n  tessera inspect log ./tessera-data --entries 3\n' +
        '  tessera inspect catalog --table DevOps --json\n' +
        '  tessera inspect tile --table sampleDB.DevOps\n  tessera inspect objects --verify\n',
    );
  const folder = process.env[environmentName('data')] ?? './tessera-data';
  const look = (name: string) =>
    inspect
      .command(name)
      .argument('[folder]', 'data folder', folder)
      .option('--json', 'one JSON object a line');

  look('log')
    .description('segments and entries of the logs; fails when one is damaged')
    .option('--log <name>', 'only this one: metadata or shard-0')
    .option('--entries <count>', 'most entries to show of each log', '10')
    .option('--from <index>', 'first entry to show [default: the last ones]')
    .action(async (path: string, flags: InspectLogFlags) => {
      const { inspectLog } = await import('./inspect/log.ts');
      await inspectLog(path, flags);
    });
  look('catalog')
    .description('databases and tables with retention, schema and tiles')
    .option('--database <name>', 'only this one')
    .option('--table <name>', 'only tables of this name')
    .action(async (path: string, flags: InspectCatalogFlags) => {
      const { inspectCatalog } = await import('./inspect/catalog.ts');
      await inspectCatalog(path, flags);
    });
  look('tile')
    .description('tiles with their place, their rows in the log and their objects')
    .option('--table <database.table>', 'only tiles of this one')
    .option('--tile <id>', 'only this one')
    .action(async (path: string, flags: InspectTileFlags) => {
      const { inspectTile } = await import('./inspect/tile.ts');
      await inspectTile(path, flags);
    });
  look('objects')
    .description('objects with sizes and ages; fails when one of a tile is missing or damaged')
    .option('--verify', 'read the objects of tiles: checksums, and what they say of themselves')
    .action(async (path: string, flags: InspectObjectsFlags) => {
      const { inspectObjects } = await import('./inspect/objects.ts');
      await inspectObjects(path, flags);
    });
}

function withEndpoint(command: Command): Command {
  return command
    .option('--endpoint <url>', 'server to talk to [default: http://127.0.0.1:8453]')
    .option(
      '--data <folder>',
      'data folder of a local server, for its access key',
      process.env[environmentName('data')] ?? './tessera-data',
    );
}

function flagOf(option: Option): Flag {
  const takes = option.type === 'switch' ? '' : ` <${option.type}>`;
  const shown = option.type === 'switch' || option.default === '' ? '' : ` [${option.default}]`;
  const environment = environmentName(option.name as OptionName);
  const text = `${option.description}${shown} [env: ${environment}]`;
  const flag = new Flag(`--${option.name}${takes}`, text);
  return option.type === 'choice' ? flag.choices(option.choices) : flag;
}

/** commander names flags in camel case; the option table has them as they are written. */
function flagsByName(flags: Record<string, string | boolean>): Record<string, string | boolean> {
  const dashed = (name: string) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  return Object.fromEntries(Object.entries(flags).map(([name, value]) => [dashed(name), value]));
}
