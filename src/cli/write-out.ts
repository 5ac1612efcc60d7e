/** Data on stdout: waits for a slow reader, ends quietly when the reader has gone (`| head`). */
import { EXIT } from './exit.ts';

export async function writeOut(text: string): Promise<void> {
  if (text === '') return;
  await new Promise<void>((resolve, reject) => {
    process.stdout.write(text, (error) => {
      if (!error) resolve();
      else if ((error as NodeJS.ErrnoException).code === 'EPIPE') process.exit(EXIT.ok);
      else reject(error);
    });
  });
}
