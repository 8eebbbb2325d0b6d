import { costAt, type Figures } from './figures.ts';
import { type Assumptions, nation, postgresTableTb } from './volumes.ts';

/** Something of which there is but one, and the peak at which it is full. */
export type Limit = { readonly what: string; readonly perSecond: number; readonly beyond: string };

/** Where this design stops, the nearest first. */
export function findLimits(figures: Figures, assumed: Assumptions): readonly Limit[] {
  const { busyMost } = assumed;
  const auditBytes = 2 * figures.auditRowBytes;
  const busiest = (us: number) => (busyMost * 1e6) / us;
  const limits: Limit[] = [
    {
      what: `one Postgres of ${assumed.postgresTb} TB with ${assumed.auditMonths} months of audit`,
      perSecond: perSecondOfMonthly((assumed.postgresTb * 1e12) / assumed.auditMonths, auditBytes),
      beyond: 'retire sooner, more disk, or shards',
    },
    {
      what: 'a month of audit in one table of Postgres',
      perSecond: perSecondOfMonthly(postgresTableTb * 1e12, auditBytes),
      beyond: 'a partition a week, or shards',
    },
    {
      what: 'two writers and their Postgres on two cores, half busy',
      perSecond: (figures.eventsPerSecondOfTwoWriters / 2) * busyMost,
      beyond: 'more cores and writers',
    },
    {
      what: `one Postgres of ${assumed.postgresCores} cores`,
      perSecond: busiest(costAt(figures, Infinity, 'postgres')) * assumed.postgresCores,
      beyond: 'shards',
    },
    {
      what: 'one thread of Redis with every kind of limit and shares kept',
      perSecond: busiest(figures.redisUsAtWorst),
      beyond: 'a hash tag for each group of providers',
    },
    {
      what: 'one thread of Redis with four limits',
      perSecond: busiest(costAt(figures, Infinity, 'redis')),
      beyond: 'a hash tag for each group of providers',
    },
  ];
  return limits.toSorted((one, other) => one.perSecond - other.perSecond);
}

function perSecondOfMonthly(bytesPerMonth: number, bytesOfExchange: number): number {
  return (bytesPerMonth / bytesOfExchange / nation.exchangesPerMonth) * nation.peakPerSecond;
}
