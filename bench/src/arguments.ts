import { parseArgs } from 'node:util';

export type BenchArguments = {
  readonly help: boolean;
  /** A short run on cold code, to see that all of it works; its figures are not kept. */
  readonly quick: boolean;
  /** In each round, for each system and number in flight. */
  readonly requests: number;
  readonly rounds: number;
  /** Sent to each system before anything is measured. */
  readonly warmUpRequests: number;
  /** Only a CPU profile of the edge. */
  readonly profile: boolean;
  readonly profileRequests: number;
};

export const usage = `Usage: npm run bench [-- OPTIONS]

Compares the platform with nginx doing the same job, by CPU time per request, and rewrites docs/performance.md.
Uses the platform that runs from this checkout, or starts one and stops it at the end. Takes about five minutes.

  --requests N   requests in each round, 500 to 50000 (default 6000)
  --rounds N     rounds, interleaved, of which the median counts, 1 to 9 (default 3)
  --quick        one short round on cold code, printed only: shows that everything works
  --profile      only profiles the edge at 32 in flight (by --requests, default 15000) and prints where its CPU time
                 goes; the profile itself is left in .local/bench/edge.cpuprofile
  --help         show this text

Debian's nginx and ab (packages nginx, apache2-utils) are installed with apt-get where they are missing.
Everything stays on 127.0.0.1.
`;

const requestsRange = { least: 500, most: 50_000 };

/** @throws TypeError for an option or a value that does not exist */
export function readArguments(args: readonly string[]): BenchArguments {
  const { values } = parseArgs({
    args: [...args],
    options: {
      help: { type: 'boolean', default: false },
      quick: { type: 'boolean', default: false },
      profile: { type: 'boolean', default: false },
      requests: { type: 'string' },
      rounds: { type: 'string' },
    },
  });
  const { help, quick, profile } = values;
  return {
    help,
    quick,
    requests: wholeNumber('--requests', values.requests, requestsRange, quick ? 1_000 : 6_000),
    rounds: wholeNumber('--rounds', values.rounds, { least: 1, most: 9 }, quick ? 1 : 3),
    // The just-in-time compilers are not done before 30,000 requests.
    warmUpRequests: quick ? 2_000 : 32_000,
    profile,
    profileRequests: wholeNumber('--requests', values.requests, requestsRange, quick ? 3_000 : 15_000),
  };
}

function wholeNumber(
  option: string,
  text: string | undefined,
  { least, most }: { readonly least: number; readonly most: number },
  otherwise: number,
): number {
  if (text === undefined) return otherwise;
  const value = Number(text);
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new TypeError(`${option} must be a whole number from ${least} to ${most}`);
}
