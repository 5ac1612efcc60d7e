/** Flags of a benchmark: `--name value` for sizes, `--name` for what is done or not. */
export function numberFlag(name: string, byDefault: number): number {
  const at = process.argv.indexOf(`--${name}`);
  if (at < 0) return byDefault;
  const value = Number(process.argv[at + 1]);
  if (!(value > 0)) throw new Error(`--${name} takes a number that is more than 0`);
  return value;
}

/** Text after `--name`. */
export function textFlag(name: string): string | undefined {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? undefined : process.argv[at + 1];
}

/** Whether `--name` is there. */
export function switchFlag(name: string): boolean {
  return process.argv.includes(`--${name}`);
}
