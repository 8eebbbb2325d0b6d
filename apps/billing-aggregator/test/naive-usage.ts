import { type UsageDimension, usageDimensions } from '@ssp/contracts';
import { type Usage } from '../src/usage-of.ts';

/** A question as a caller writes it. */
export type Asked = {
  readonly from: string;
  readonly to: string;
  readonly groupBy: readonly UsageDimension[];
  readonly granularity: 'total' | 'hour' | 'day' | 'month';
  readonly filters: Readonly<Partial<Record<UsageDimension, string>>>;
};

const fields = {
  supplier: ['supplier'],
  provider: ['providerOds', 'providerAsid'],
  consumer: ['consumerOds', 'consumerAsid'],
  interaction: ['interaction'],
  outcome: ['outcome'],
} as const;

const lengths = { hour: 13, day: 10, month: 7 } as const;
const rests = { hour: ':00:00.000Z', day: 'T00:00:00.000Z', month: '-01T00:00:00.000Z' } as const;

/** The rows of the answer, by looking at every exchange. */
export function naiveRows(usages: readonly Usage[], asked: Asked) {
  const groups = new Map<string, Usage[]>();
  for (const usage of usages) {
    if (usage.hour < asked.from || usage.hour >= asked.to || !matches(usage, asked.filters)) continue;
    const key = JSON.stringify(namesOf(usage, asked));
    groups.set(key, [...(groups.get(key) ?? []), usage]);
  }
  return [...groups]
    .map(([key, members]) => ({ ...JSON.parse(key), ...figuresOf(members) }))
    .toSorted((left, right) => (orderOf(left) < orderOf(right) ? -1 : 1));
}

function orderOf(row: Readonly<Record<string, unknown>>): string {
  return ['start', ...Object.values(fields).flat()]
    .map((field) => JSON.stringify(row[field] ?? '').slice(1, -1))
    .join('\u0001');
}

function matches(usage: Usage, filters: Asked['filters']): boolean {
  return usageDimensions.every((dimension) => {
    const wanted = filters[dimension];
    return wanted === undefined || fields[dimension].some((field) => usage[field] === wanted);
  });
}

function namesOf(usage: Usage, { groupBy, granularity }: Asked): object {
  const start =
    granularity === 'total' ? {} : { start: usage.hour.slice(0, lengths[granularity]) + rests[granularity] };
  const named = groupBy.flatMap((dimension) =>
    fields[dimension].map((field) => [field, usage[field]] as const),
  );
  return { ...start, ...Object.fromEntries(named) };
}

function figuresOf(members: readonly Usage[]) {
  const sum = (of: (usage: Usage) => number) => members.reduce((total, usage) => total + of(usage), 0);
  const timed = members.flatMap(({ providerUs, totalUs }) =>
    providerUs === null ? [] : [{ provider: providerUs, own: Math.max(0, totalUs - providerUs) }],
  );
  const times = (kind: 'provider' | 'own') => timed.map((it) => it[kind]).toSorted((a, b) => a - b);
  const mean = (kind: 'provider' | 'own') =>
    timed.length === 0
      ? null
      : Math.round(times(kind).reduce((total, us) => total + us, 0) / timed.length) / 1_000;
  return {
    requests: members.length,
    billable: sum(({ isBillable }) => (isBillable ? 1 : 0)),
    errors: sum(({ outcome }) => (outcome === '5xx' || outcome === 'failed' ? 1 : 0)),
    requestBytes: sum(({ requestBytes }) => requestBytes),
    responseBytes: sum(({ responseBytes }) => responseBytes),
    providerMsMean: mean('provider'),
    providerMsMax: timed.length === 0 ? null : (times('provider').at(-1) ?? 0) / 1_000,
    ownMsMean: mean('own'),
    providerMsP50: quantile(times('provider'), 0.5),
    providerMsP95: quantile(times('provider'), 0.95),
    ownMsP99: quantile(times('own'), 0.99),
  };
}

function quantile(sorted: readonly number[], share: number): number | null {
  const us = sorted[Math.floor(share * (sorted.length - 1))];
  return us === undefined ? null : us / 1_000;
}
