const forms = [
  { what: 'a private key', pattern: /PRIVATE KEY/g },
  { what: 'a token', pattern: /\beyJ[\w-]{6,}\.[\w-]*/g },
  { what: 'a token', pattern: /\bBearer\s+[\w.~+/-]{8,}/gi },
  { what: 'a password', pattern: /:\/\/[^\s/:@"]+:[^\s/:@"]+@/g },
] as const;

/** What no line of a log may hold, whoever wrote it. */
export type Unspeakable = {
  /** What it is, by name → the text itself, at any place and as a part of anything. */
  readonly secrets: ReadonlyMap<string, string>;
  /** NHS numbers that were asked for. Of other numbers of ten digits one in eleven only looks like one. */
  readonly nhsNumbers: readonly string[];
};

/** Names what a log gives away and where, without repeating it; empty for one that keeps its secrets. */
export function findSecrets(log: string, { secrets, nhsNumbers }: Unspeakable): readonly string[] {
  const lines = log.split('\n');
  return lines.flatMap((line, index) => {
    const found = [
      ...[...secrets].filter(([, secret]) => line.includes(secret)).map(([name]) => name),
      ...forms.filter(({ pattern }) => line.search(pattern) !== -1).map(({ what }) => what),
      ...(nhsNumbers.some((it) => line.includes(it)) ? ['an NHS number'] : []),
    ];
    return [...new Set(found)].map((what) => `line ${index + 1}: ${what}`);
  });
}
