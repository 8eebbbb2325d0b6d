/** How the commands of a block are held to be true; it stands behind `sh` in the block's first line, where no reader sees it. */
export type HowRun =
  /** Run while a platform runs, and ended with this status. */
  | { readonly kind: 'platform'; readonly status: number }
  /** Run in an empty folder, without a platform. */
  | { readonly kind: 'folder' }
  /** Not run, for this reason. */
  | { readonly kind: 'not-run'; readonly reason: string };

/** A block of commands on a page. */
export type ShellBlock = {
  readonly page: string;
  /** Of its first command, from 1. */
  readonly line: number;
  readonly text: string;
  /** Null where nobody has said how. */
  readonly how: HowRun | null;
};

/** The blocks of commands on a page, in their order; a block in another shell's name is one as well. */
export function shellBlocks(page: string, text: string): readonly ShellBlock[] {
  const fences = text.matchAll(/^( *)```(?:sh|bash|shell|console|zsh)(?![\w-])([^\n]*)\n(.*?)^\1```/gms);
  return Array.from(fences, ({ index, 2: words = '', 3: commands = '' }) => ({
    page,
    line: text.slice(0, index).split('\n').length + 1,
    text: commands,
    how: readHow(words.trim()),
  }));
}

function readHow(words: string): HowRun | null {
  if (words === 'in an empty folder') return { kind: 'folder' };
  const onPlatform = /^on the platform(?:, status (\d+))?$/.exec(words);
  if (onPlatform !== null) return { kind: 'platform', status: Number(onPlatform[1] ?? 0) };
  const [, reason] = /^not run: (\S.*)$/.exec(words) ?? [];
  return reason === undefined ? null : { kind: 'not-run', reason };
}
