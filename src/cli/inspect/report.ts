/**
 * How `tessera inspect` says things: each found thing is one item, printed as text for people or,
 * with --json, as one line of JSON. Items are data and go to stdout; remarks go to stderr.
 */
import { LogCorruption, LogTrimmed } from '../../substrate/log/api.ts';
import { MetadataDamaged, UnknownRecord } from '../../substrate/metadata/api.ts';
import { CommandError, EXIT, exitWith } from '../exit.ts';
import type { InspectFlags } from '../flags.ts';
import { writeOut } from '../write-out.ts';

export interface Item {
  /** Without a line feed at its end. */
  readonly text: string;
  readonly json: { readonly kind: string; readonly [member: string]: unknown };
}

/** Runs an inspection, and ends the process with one sentence when it cannot be done. */
export async function report(flags: InspectFlags, inspect: () => AsyncIterable<Item>) {
  try {
    for await (const { text, json } of inspect()) {
      await writeOut(`${flags.json ? JSON.stringify(json) : text}\n`);
    }
  } catch (error) {
    exitWith(explain(error));
  }
}

export function remark(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** The sentence for a failure that is the folder's; ours are thrown on. */
export function explain(error: unknown): CommandError {
  if (error instanceof CommandError) return error;
  const damage =
    error instanceof LogCorruption ||
    error instanceof LogTrimmed ||
    error instanceof MetadataDamaged ||
    error instanceof UnknownRecord;
  // The operating system's refusals (EACCES, EIO …) name the file and the reason.
  const refusal = error instanceof Error && 'syscall' in error;
  if (damage || refusal) return new CommandError(EXIT.failed, error.message);
  throw error;
}
