import { createInterface } from 'node:readline';
import { z } from 'zod';

const Line = z.object({ msg: z.string(), listen: z.object({ port: z.int() }) });

/**
 * The port of a process of ours, from the line of its log that says `message`. Its log is read to the end, so that it never
 * waits for a reader. Rejects where it ends before.
 */
export function readListening(stdout: NodeJS.ReadableStream, message: string): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  createInterface({ input: stdout })
    .on('line', (line) => {
      const opened = Line.safeParse(JSON.parse(line));
      if (opened.success && opened.data.msg === message) resolve(opened.data.listen.port);
    })
    .on('close', () => reject(new Error(`it ended before it said "${message}"`)));
  return promise;
}
