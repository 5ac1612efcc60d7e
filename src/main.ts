/**
 * The entry of the `tessera` command: parses the command line and runs one command.
 *
 * A failed assertion, or any error that nobody expected, ends the process with a line in the log:
 * a server that may be wrong must not go on. What is only the user's mistake prints one sentence.
 */
import { createProgram } from './cli/program.ts';

process.on('unhandledRejection', (reason) => {
  throw reason;
});

await createProgram().parseAsync(process.argv);
