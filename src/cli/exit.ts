/** How commands end: exit codes that scripts can rely on, and failures that are one sentence. */

export const EXIT = { ok: 0, failed: 1, usage: 2, cannotConnect: 3, interrupted: 130 } as const;

export class CommandError extends Error {
  override readonly name = 'CommandError';
  readonly exitCode: number;

  constructor(exitCode: number, message: string) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** Prints the sentence on stderr and ends the process with the failure's code. */
export function exitWith(error: CommandError): never {
  process.stderr.write(`tessera: ${error.message}\n`);
  process.exit(error.exitCode);
}
