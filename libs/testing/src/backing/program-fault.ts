const telling = /fatal|error|exception|cannot|could not|no space|denied|not found/i;

/** What a program that failed said of it, on one line: the first line that tells, else its last words. */
export function programFault(cause: unknown): string {
  const said =
    cause instanceof Error &&
    'stderr' in cause &&
    typeof cause.stderr === 'string' &&
    cause.stderr.trim() !== ''
      ? cause.stderr
      : String(cause);
  const lines = said
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  return lines.find((line) => telling.test(line)) ?? lines.at(-1) ?? 'it said nothing';
}
