/**
 * Where peers come from: packages of Debian that are unpacked, not installed, and packages of npm;
 * all in a folder that goes when the benchmark ends.
 */
import { execFile } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const INSTALL_MS_MAX = 300_000;

export interface DebianPackage {
  /** Where its files lie as they would under `/`. */
  readonly root: string;
  /** Of what is in it, without the package's own revisions. */
  readonly version: string;
}

/** The newest that the machine's package sources have. */
export async function unpackDebian(folder: string, name: string): Promise<DebianPackage> {
  const into = join(folder, name);
  const root = join(into, 'root');
  mkdirSync(root, { recursive: true });
  // apt-get downloads as a user of its own where it can.
  chmodSync(into, 0o777);
  await run('apt-get', ['download', name], { cwd: into, timeout: INSTALL_MS_MAX });
  const file = readdirSync(into).find((entry) => entry.endsWith('.deb'));
  if (file === undefined) throw new Error(`apt-get download ${name} left no package behind`);
  await run('dpkg-deb', ['-x', join(into, file), root]);
  return { root, version: /_(\d[\d.]*)/.exec(file)?.[1] ?? 'unknown' };
}

export interface NpmPackage {
  readonly version: string;
  /** A file inside of the folder that packages are resolved from. */
  readonly from: string;
}

export async function installNpm(
  folder: string,
  { name, version }: { readonly name: string; readonly version: string },
): Promise<NpmPackage> {
  const into = join(folder, name.replaceAll('/', '-'));
  mkdirSync(into, { recursive: true });
  const from = join(into, 'package.json');
  writeFileSync(from, '{"private":true}');
  const installing = run('npm', ['install', '--no-audit', '--no-fund', `${name}@${version}`], {
    cwd: into,
    timeout: INSTALL_MS_MAX,
  });
  const kill = (): void => {
    installing.child.kill();
  };
  process.on('exit', kill);
  await installing.finally(() => process.off('exit', kill));
  return { version, from };
}

/** What a package exports, which this checkout has no types for. */
export function requireFrom<Exports>(from: string, name: string): Exports {
  return createRequire(from)(name);
}
