import { once } from 'node:events';
import { type ServerResponse } from 'node:http';

/** Tells lines in their order, and resolves when more may come. */
export type TellLines<Line extends object> = (lines: readonly Line[]) => Promise<void>;

/** The asker has gone before the end of the answer. */
class AskerGone extends Error {
  override readonly name = 'AskerGone';
}

/**
 * Answers with JSON lines as they come, no faster than they are read. Where the asker goes, the signal is aborted and what
 * the work then fails of is of no interest.
 * @returns how many lines were told
 */
export async function answerLines<Line extends object>(
  res: ServerResponse,
  work: (tell: TellLines<Line>, signal: AbortSignal) => Promise<void>,
): Promise<number> {
  let told = 0;
  const gone = new AbortController();
  const { signal } = gone;
  res.once('close', () => gone.abort(new AskerGone()));
  try {
    await work(async (lines) => {
      signal.throwIfAborted();
      if (!res.headersSent) res.setHeader('content-type', 'application/jsonl');
      told += lines.length;
      const text = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
      if (!res.write(text)) await once(res, 'drain', { signal });
    }, signal);
    res.end();
  } catch (error) {
    if (!signal.aborted) throw error;
  }
  return told;
}
