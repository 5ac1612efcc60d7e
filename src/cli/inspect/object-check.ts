/**
 * Reads a Parquet object of the magnetic store as a stranger would, by its file alone: checksum,
 * and what its footer says. Uses an engine of its own, that may read the folder and write nothing.
 */
import { tmpdir } from 'node:os';
import { type Engine, EngineError, openEngine, readRows } from '../../engine/api.ts';
import { nodeDisk } from '../../host/node-disk.ts';
import { fileChecksum } from '../../magnetic/api.ts';

export interface ObjectFooter {
  readonly rows: number;
  readonly rowGroups: number;
  /** Names in the file. */
  readonly columns: readonly string[];
}

export interface CheckedObject {
  readonly bytes: number;
  readonly crc32: number;
  /** A text says why it cannot be read. */
  readonly footer: ObjectFooter | string;
}

const ENGINE_BYTES = 256 * 1024 * 1024;

export class ObjectChecker {
  readonly #engine: Engine;

  private constructor(engine: Engine) {
    this.#engine = engine;
  }

  static async open(folder: string): Promise<ObjectChecker> {
    const engine = await openEngine({
      memoryLimitBytes: ENGINE_BYTES,
      threads: 1,
      tempDirectory: `${tmpdir()}/tessera-inspect-${process.pid}`,
      allowedDirectories: [folder],
    });
    return new ObjectChecker(engine);
  }

  /** Throws what the operating system says when there is no such file. */
  async check(path: string): Promise<CheckedObject> {
    return { ...(await fileChecksum(nodeDisk, path)), footer: await this.#footer(path) };
  }

  async close(): Promise<void> {
    await this.#engine.close();
  }

  async #footer(path: string): Promise<ObjectFooter | string> {
    const literal = `'${path.replaceAll("'", "''")}'`;
    try {
      const [file] = await readRows(
        this.#engine,
        `SELECT num_rows, num_row_groups FROM parquet_file_metadata([${literal}])`,
      );
      const columns = await readRows(
        this.#engine,
        `SELECT name FROM parquet_schema([${literal}]) WHERE num_children IS NULL`,
      );
      return {
        rows: Number(file?.[0]),
        rowGroups: Number(file?.[1]),
        columns: columns.map(([name]) => String(name)),
      };
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      return error.message;
    }
  }
}
