/** `tessera clock advance 6h`: moves the clock of a server that runs with `--clock manual`. */
import { explainFailure, serverUrl } from './client.ts';
import { CommandError, EXIT, exitWith } from './exit.ts';
import type { EndpointFlags } from './flags.ts';

export async function advanceClock(by: string, flags: EndpointFlags): Promise<void> {
  try {
    const response = await fetch(`${serverUrl(flags)}/clock/advance`, {
      method: 'POST',
      body: JSON.stringify({ by }),
    });
    const answer = (await response.json()) as { now?: string; message?: string };
    if (response.status === 404) {
      throw new CommandError(EXIT.failed, 'the server does not run with --clock manual');
    }
    if (!answer.now) throw new CommandError(EXIT.failed, answer.message ?? 'no answer');
    process.stdout.write(`${answer.now}\n`);
  } catch (error) {
    exitWith(explainFailure(error));
  }
}
