import { readFile } from 'node:fs/promises';
import { z } from 'zod';

const LogLine = z.object({
  level: z.number().min(50),
  msg: z.string(),
  err: z.object({ message: z.string() }).optional(),
});

/** The reason that a process's log gives for its end, on one line: its last error, or its last words. */
export async function whyItEnded(name: string, logFile: string): Promise<string> {
  const log = await readFile(logFile, 'utf8').catch(() => '');
  const lines = log.trimEnd().split('\n').toReversed();
  for (const line of lines) {
    const fatal = asError(line);
    if (fatal !== null) return fatal;
    // A fault of the environment is said in plain text, with a hint behind it.
    if (line.startsWith(`${name}: `) && !line.includes('--help')) return line.slice(name.length + 2);
  }
  return lines[0] ?? '';
}

function asError(line: string): string | null {
  try {
    const parsed = LogLine.safeParse(JSON.parse(line));
    if (!parsed.success) return null;
    const { msg, err } = parsed.data;
    return err === undefined ? msg : `${msg}: ${err.message.split('\n', 1)[0]}`;
  } catch {
    return null;
  }
}
