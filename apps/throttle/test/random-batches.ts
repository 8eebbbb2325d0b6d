import * as fc from 'fast-check';
import { type CallerReport } from '../src/counting/counters.ts';
import { type ResolvedAsk, type ResolvedLimit } from '../src/counting/resolved-limits.ts';
import { asking, inFlight, rate } from './sample-asks.ts';

/** Limits of every kind, a few consumers and providers, and any batches of theirs: a clock that also goes back, reports out of order. */
export type RandomRun = {
  readonly asks: readonly ResolvedAsk[];
  readonly batches: readonly {
    readonly aheadUs: number;
    readonly asked: readonly number[];
    readonly caller: CallerReport | null;
  }[];
};

const mode = fc.constantFrom('enforce', 'enforce', 'enforce', 'shadow');
const limit = fc.record({
  intervalUs: fc.oneof(fc.integer({ min: 1, max: 50_000 }), fc.integer({ min: 1, max: 600_000_000 })),
  burst: fc.oneof(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 1_000_000 })),
});
const rule = fc.record({ limit, mode });
const hosts = ['h0', 'h1'] as const;

const caller = fc.option(
  fc.record({
    edge: fc.constantFrom('edge-0', 'edge.1:2'),
    sequence: fc.integer({ min: 0, max: 40 }),
    inFlight: fc.integer({ min: 0, max: 12 }),
    told: fc.uniqueArray(fc.tuple(fc.constantFrom(...hosts, 'h2'), fc.integer({ min: 0, max: 8 })), {
      selector: ([key]) => key,
    }),
  }),
);

const consumers = 3;
const providers = 2;

const asks = fc
  .record({
    consumerRules: fc.array(rule, { minLength: consumers, maxLength: consumers }),
    providerRules: fc.array(rule, { minLength: providers, maxLength: providers }),
    global: rule,
    open: fc.array(fc.record({ max: fc.integer({ min: 0, max: 12 }), mode }), {
      minLength: providers,
      maxLength: providers,
    }),
    edge: fc.option(fc.record({ max: fc.integer({ min: 0, max: 20 }), mode })),
    below: fc.constantFrom(0, 0.1, 0.5, 1),
    weights: fc.array(fc.integer({ min: 1, max: 1_000 }), { minLength: consumers, maxLength: consumers }),
    costs: fc.array(fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 20 })), {
      minLength: 6,
      maxLength: 6,
    }),
    without: fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 6, maxLength: 6 }),
  })
  .map((drawn) =>
    drawn.costs.map((cost, nth) => {
      const consumer = nth % consumers;
      const provider = Math.floor(nth / consumers) % providers;
      const from = `20000000000${consumer}`;
      const own = drawn.consumerRules[consumer];
      const theirs = drawn.providerRules[provider];
      const open = drawn.open[provider];
      const without = drawn.without[nth];
      const limits: ResolvedLimit[] = [];
      if (own && without !== 0) limits.push(rate('consumer', `c${consumer}`, own.limit, { mode: own.mode }));
      if (theirs && without !== 1)
        limits.push(rate('provider', `p${provider}`, theirs.limit, { mode: theirs.mode }));
      limits.push(rate('global', 'g', drawn.global.limit, { mode: drawn.global.mode }));
      return asking(limits, {
        cost,
        providerInFlight:
          open && without !== 2 ? inFlight(hosts[provider] ?? '', open.max, { mode: open.mode }) : null,
        share:
          without === 1
            ? null
            : {
                key: `s${provider}`,
                consumer: from,
                weight: drawn.weights[consumer] ?? 1,
                below: drawn.below,
              },
        edgeInFlight: drawn.edge && { rule: 'edge-rule', ...drawn.edge },
      });
    }),
  );

/** Mostly close together; by `jump` now and then. */
const batchAfter = (jump: fc.Arbitrary<number>) =>
  fc.record({
    aheadUs: fc.oneof(
      { weight: 6, arbitrary: fc.integer({ min: 0, max: 5_000 }) },
      { weight: 3, arbitrary: fc.integer({ min: 0, max: 3_000_000 }) },
      { weight: 1, arbitrary: jump },
    ),
    asked: fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 24 }),
    caller: caller.map((drawn) => drawn && { ...drawn, counts: new Map(drawn.told) }),
  });

const runOf = (batch: ReturnType<typeof batchAfter>): fc.Arbitrary<RandomRun> =>
  fc.record({ asks, batches: fc.array(batch, { minLength: 1, maxLength: 30 }) });

export const randomRun = runOf(batchAfter(fc.integer({ min: -3_600_000_000, max: 3_600_000_000 })));

/** By a clock that only goes on. */
export const onwardRun = runOf(batchAfter(fc.integer({ min: 0, max: 30_000_000 })));
