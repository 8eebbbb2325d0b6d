import { once } from 'node:events';
import { type Response } from 'express';

/** The asker has gone before the end of the answer. */
class AskerGone extends Error {
  override readonly name = 'AskerGone';
}

/**
 * Answers with JSON lines as they come, no faster than they are read; ends without an error where the asker goes.
 * @returns how many lines were told
 */
export async function answerLines(
  res: Response,
  work: (tell: (lines: readonly object[]) => Promise<void>) => Promise<void>,
): Promise<number> {
  let told = 0;
  const gone = new AbortController();
  res.once('close', () => gone.abort(new AskerGone()));
  try {
    await work(async (lines) => {
      gone.signal.throwIfAborted();
      if (!res.headersSent) res.type('application/jsonl');
      told += lines.length;
      const text = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
      if (!res.write(text)) await once(res, 'drain', { signal: gone.signal });
    });
    res.end();
  } catch (error) {
    if (!gone.signal.aborted) throw error;
  }
  return told;
}
