import { parseArgs } from 'node:util';
import { arrivalKinds, type Arrivals } from './latency/schedule.ts';

/** The parts of the benchmark, which can be run one by one. */
export const parts = ['cost', 'latency', 'profile'] as const;
export type Part = (typeof parts)[number];

/** Parts that look at the edge alone; run on request, and only printed. */
export const edgeParts = ['client', 'memory'] as const;
export type EdgePart = (typeof edgeParts)[number];

/** Parts that look at authz alone; run on request, each writes its part of docs/performance-authz.md. */
export const authzParts = ['national', 'authz', 'what-if'] as const;
export type AuthzPart = (typeof authzParts)[number];

/** Parts that look at throttle alone; run on request, each writes its part of docs/performance-throttle.md. */
export const throttleParts = ['throttle'] as const;
export type ThrottlePart = (typeof throttleParts)[number];

/** Parts that look at the audit alone; run on request, each writes its part of docs/performance-audit.md. */
export const auditParts = ['audit-writer', 'audit-search'] as const;
export type AuditPart = (typeof auditParts)[number];

/** Parts that look at billing alone; run on request, each writes its part of docs/performance-billing.md. */
export const billingParts = ['billing-aggregator', 'billing-query', 'billing-reconcile'] as const;
export type BillingPart = (typeof billingParts)[number];

export type BenchArguments = {
  readonly help: boolean;
  /** A short run on cold code, to see that all of it works; its figures are not kept. */
  readonly quick: boolean;
  readonly parts: ReadonlySet<Part>;
  /** Run instead of all others. */
  readonly edgePart: EdgePart | null;
  /** Run instead of all others. */
  readonly authzPart: AuthzPart | null;
  /** Run instead of all others. */
  readonly throttlePart: ThrottlePart | null;
  /** Run instead of all others. */
  readonly auditPart: AuditPart | null;
  /** Run instead of all others. */
  readonly billingPart: BillingPart | null;
  /** Of the parts of audit and billing: in the topic, or in the tables. */
  readonly audit: { readonly events: number; readonly rounds: number };
  /** Of the questions about usage, and of what is reconciled: so much of the nation, in percent. */
  readonly scale: number;
  /** Of the comparison of HTTP clients: in each turn of each client. */
  readonly client: { readonly requests: number; readonly turns: number };
  /** In each round, for each system and number in flight. */
  readonly requests: number;
  readonly rounds: number;
  /** Sent to each system before anything is measured, until its cost no longer falls. */
  readonly warmUp: { readonly sliceRequests: number; readonly slicesMax: number };
  /** The open loop. */
  readonly perSecond: number;
  readonly arrivals: Arrivals;
  /** Of each phase, of which there are two in a round. */
  readonly phaseSeconds: number;
  readonly profileRequests: number;
};

export const usage = `Usage: npm run bench [-- OPTIONS]

Compares the platform with nginx doing the same job, by CPU time per request, measures the latency it adds and where
its edge's time goes, and rewrites docs/performance.md. Uses the platform that runs from this checkout, or starts one
and stops it at the end. Takes about eight minutes.

  --only PART     one part, printed only: cost (nginx beside the platform, and forwarding alone), latency (added, at a
                  given rate), profile (where the edge's CPU time goes, left whole in .local/bench/edge.cpuprofile);
                  two that need no platform: client (the edge's HTTP client beside undici's), memory (how the edge's
                  memory grows while 1 GB goes through it either way, and while 200 consumers read slowly);
                  three that look at authz and write docs/performance-authz.md: national (loads of a national directory),
                  authz (memory, loads and updates of its snapshot, CPU per decision), what-if (a rule change tried on
                  500,000 audited exchanges);
                  one that looks at throttle and writes docs/performance-throttle.md: throttle (CPU per ask of throttle
                  and its Redis, and what a key takes);
                  two that look at the audit and write docs/performance-audit.md: audit-writer (writers that catch up with
                  a topic, beside psql that copies the same rows), audit-search (searches and stories in full tables);
                  three that look at billing and write docs/performance-billing.md: billing-aggregator (aggregators that
                  catch up with a topic), billing-query (questions about a year of national usage), billing-reconcile
                  (an hour of 500,000 exchanges held against the audit, beside psql that reads both; months closed)
  --profile       the same as --only profile
  --requests N    requests in each round, and in the profile, 500 to 50000 (default 6000, profile 15000,
                  client 10000 in each turn)
  --rounds N      rounds, interleaved, of which the median counts, 1 to 9 (default 3, client 8,
                  audit-writer and billing-aggregator 1)
  --events N      events in the topic of audit-writer or billing-aggregator (default 200000) and in the tables of audit-search (default
                  2000000), 10000 to 20000000
  --scale PERCENT of the nation in the tables of billing-query and billing-reconcile, 1 to 100 (default 100, quick 1)
  --rate N        requests per second of the open loop, 1 to 1000 (default 138)
  --seconds N     seconds of each phase of the open loop, 5 to 600 (default 20; each round has two phases)
  --arrivals KIND fixed or poisson (default fixed)
  --quick         one short round on cold code, printed only: shows that everything works
  --help          show this text

Debian's nginx and ab (packages nginx, apache2-utils) are installed with apt-get where they are missing.
Everything stays on 127.0.0.1.
`;

const eventsRange = { least: 10_000, most: 20_000_000 };
const requestsRange = { least: 500, most: 50_000 };

/** @throws TypeError for an option or a value that does not exist */
export function readArguments(args: readonly string[]): BenchArguments {
  const { values } = parseArgs({
    args: [...args],
    options: {
      help: { type: 'boolean', default: false },
      quick: { type: 'boolean', default: false },
      only: { type: 'string' },
      profile: { type: 'boolean', default: false },
      requests: { type: 'string' },
      events: { type: 'string' },
      rounds: { type: 'string' },
      scale: { type: 'string' },
      rate: { type: 'string' },
      seconds: { type: 'string' },
      arrivals: { type: 'string', default: 'fixed' },
    },
  });
  const { help, quick } = values;
  const only = values.profile ? 'profile' : values.only;
  const chosen =
    only === undefined
      ? null
      : oneOf('--only', only, [
          ...parts,
          ...edgeParts,
          ...authzParts,
          ...throttleParts,
          ...auditParts,
          ...billingParts,
        ]);
  return {
    help,
    quick,
    parts: new Set(chosen === null ? parts : parts.filter((part) => part === chosen)),
    edgePart: edgeParts.find((part) => part === chosen) ?? null,
    authzPart: authzParts.find((part) => part === chosen) ?? null,
    throttlePart: throttleParts.find((part) => part === chosen) ?? null,
    auditPart: auditParts.find((part) => part === chosen) ?? null,
    billingPart: billingParts.find((part) => part === chosen) ?? null,
    audit: {
      events: wholeNumber('--events', values.events, eventsRange, quick ? 20_000 : defaultEvents(chosen)),
      rounds: wholeNumber('--rounds', values.rounds, { least: 1, most: 9 }, 1),
    },
    scale: wholeNumber('--scale', values.scale, { least: 1, most: 100 }, quick ? 1 : 100),
    client: {
      requests: wholeNumber('--requests', values.requests, requestsRange, quick ? 1_000 : 10_000),
      turns: wholeNumber('--rounds', values.rounds, { least: 1, most: 9 }, quick ? 2 : 8),
    },
    requests: wholeNumber('--requests', values.requests, requestsRange, quick ? 1_000 : 6_000),
    rounds: wholeNumber('--rounds', values.rounds, { least: 1, most: 9 }, quick ? 1 : 3),
    // The just-in-time compilers are not done before 30,000 requests.
    warmUp: quick ? { sliceRequests: 2_000, slicesMax: 1 } : { sliceRequests: 8_000, slicesMax: 12 },
    perSecond: wholeNumber('--rate', values.rate, { least: 1, most: 1_000 }, 138),
    arrivals: oneOf('--arrivals', values.arrivals, arrivalKinds),
    phaseSeconds: wholeNumber('--seconds', values.seconds, { least: 5, most: 600 }, quick ? 5 : 20),
    profileRequests: wholeNumber('--requests', values.requests, requestsRange, quick ? 3_000 : 15_000),
  };
}

function defaultEvents(part: string | null): number {
  return part === 'audit-search' ? 2_000_000 : 200_000;
}

function oneOf<T extends string>(option: string, text: string, kinds: readonly T[]): T {
  const found = kinds.find((kind) => kind === text);
  if (found === undefined) throw new TypeError(`${option} must be one of ${kinds.join(', ')}`);
  return found;
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
