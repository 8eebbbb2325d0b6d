import { parseArgs } from 'node:util';

export type DrillArguments = {
  readonly help: boolean;
  readonly list: boolean;
  /** Whether the scorecard is written into docs/reliability.md. */
  readonly write: boolean;
  /** Those to run; all where none is named. */
  readonly names: readonly string[];
};

export const usage = `Usage: npm run drills [-- OPTIONS] [NAME…]

Starts a platform of its own and breaks it while requests come: each drill stages one fault, mends it, and holds what was sent,
answered, forwarded, audited and counted against each other. Writes the scorecard into docs/reliability.md.
All of them take some twenty minutes.

  --list       name the drills and what is expected of each, and run none
  --no-write   leave docs/reliability.md alone
  --help       show this text

NAME names drills to run (default: all); kill-* means all that begin so. Rows of the others stay as they are.
What a drill that failed leaves behind (logs, metrics, books) is kept in .local/drills.
Status: 0 where each had the expected picture; 1 where one had not; 2 asked for wrongly; 130 broken off.
`;

/** @throws TypeError for an option that does not exist */
export function readArguments(args: readonly string[]): DrillArguments {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    allowNegative: true,
    options: {
      help: { type: 'boolean', default: false },
      list: { type: 'boolean', default: false },
      write: { type: 'boolean', default: true },
    },
  });
  return { ...values, names: positionals };
}
