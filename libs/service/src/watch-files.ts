import { statSync, type Stats } from 'node:fs';
import { stat } from 'node:fs/promises';
import { type Logger } from 'pino';

/** Files that belong together: a certificate and its key, say. */
export type FileGroup = {
  /** What they are, in words for the log. */
  readonly what: string;
  readonly files: readonly string[];
};

/** How often certificates, keys and CAs are looked at. */
const filesPollMs = 1_000;

/**
 * Calls `reload` whenever one of the files is another one than before, until `resources` are disposed. Call it before
 * what they hold is read for the first time, or a change in between goes unseen. A `reload` that throws has changed nothing, is logged once with its reason, and
 * is repeated at each look until it succeeds: the second file of a pair may be written a moment later.
 */
export function watchFiles(
  group: FileGroup,
  reload: () => void | Promise<void>,
  log: Logger,
  resources: AsyncDisposableStack,
  pollMs: number = filesPollMs,
): void {
  const state = { fingerprint: group.files.map(markNow).join(), failure: '' };
  const look = async () => {
    try {
      const fingerprint = await filesFingerprint(group.files);
      if (fingerprint === state.fingerprint) return;
      await reload();
      state.fingerprint = fingerprint;
      state.failure = '';
      log.info({ files: group.files }, `${group.what} reloaded`);
    } catch (error) {
      const failure = String(error);
      if (failure === state.failure) return;
      state.failure = failure;
      log.error(
        { err: error, files: group.files },
        `${group.what} could not be reloaded; the former stays in use`,
      );
    }
  };
  everyMs(pollMs, look, resources);
}

/** Runs `look` every `pollMs`, never twice at once, until `resources` are disposed; they wait for the last one. */
export function everyMs(pollMs: number, look: () => Promise<void>, resources: AsyncDisposableStack): void {
  let looking: Promise<void> | null = null;
  const timer = setInterval(() => {
    looking ??= look().finally(() => {
      looking = null;
    });
  }, pollMs);
  resources.defer(() => {
    clearInterval(timer);
    return looking ?? undefined;
  });
}

/** Changes when one of the files does, or comes, or goes. */
export async function filesFingerprint(files: readonly string[]): Promise<string> {
  const marks = files.map((file) => stat(file).then(mark, () => gone));
  return (await Promise.all(marks)).join();
}

const gone = 'gone';

function markNow(file: string): string {
  try {
    return mark(statSync(file));
  } catch {
    return gone;
  }
}

function mark({ ino, mtimeMs, size }: Stats): string {
  return `${ino}:${mtimeMs}:${size}`;
}
