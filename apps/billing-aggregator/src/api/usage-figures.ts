import { type UsageChange, type UsageFigures, type UsagePercentiles } from '@ssp/contracts';
import { z } from 'zod';
import { Sketch } from '../sketch.ts';

const whole = z.number().nonnegative();

/** A group's sums as Postgres gives them; exact up to 2^53. */
export const SumsRow = z.looseObject({
  requests: whole,
  billable: whole,
  errors: whole,
  request_bytes: whole,
  response_bytes: whole,
  provider_timed: whole,
  provider_us: whole,
  provider_us_max: whole,
  own_us: whole,
});
export type SumsRow = z.infer<typeof SumsRow>;

/** Where there is no usage. */
export const noSums: SumsRow = {
  requests: 0,
  billable: 0,
  errors: 0,
  request_bytes: 0,
  response_bytes: 0,
  provider_timed: 0,
  provider_us: 0,
  provider_us_max: 0,
  own_us: 0,
};

/** What all of these come to together. */
export function addedUp(all: readonly SumsRow[]): SumsRow {
  const total = { ...noSums };
  for (const sums of all) {
    total.requests += sums.requests;
    total.billable += sums.billable;
    total.errors += sums.errors;
    total.request_bytes += sums.request_bytes;
    total.response_bytes += sums.response_bytes;
    total.provider_timed += sums.provider_timed;
    total.provider_us += sums.provider_us;
    total.provider_us_max = Math.max(total.provider_us_max, sums.provider_us_max);
    total.own_us += sums.own_us;
  }
  return total;
}

/** Sums as the API tells them. */
export function figuresOf(sums: SumsRow, percentiles: UsagePercentiles | null): UsageFigures {
  const { provider_timed: timed } = sums;
  const meanMs = (us: number) => (timed === 0 ? null : Math.round(us / timed) / 1_000);
  return {
    requests: sums.requests,
    billable: sums.billable,
    errors: sums.errors,
    requestBytes: sums.request_bytes,
    responseBytes: sums.response_bytes,
    providerMsMean: meanMs(sums.provider_us),
    providerMsMax: timed === 0 ? null : sums.provider_us_max / 1_000,
    ownMsMean: meanMs(sums.own_us),
    ...percentiles,
  };
}

/** The times of a group. */
export type GroupTimes = { readonly provider: Sketch; readonly own: Sketch };

/** To the three digits that the sketches are good for, and one more; undefined stands for no times. */
export function percentilesOf(times: GroupTimes | undefined): UsagePercentiles {
  const [providerMsP50, providerMsP95, providerMsP99] = quantilesMs(times?.provider);
  const [ownMsP50, ownMsP95, ownMsP99] = quantilesMs(times?.own);
  return { providerMsP50, providerMsP95, providerMsP99, ownMsP50, ownMsP95, ownMsP99 };
}

function quantilesMs(sketch = new Sketch()): readonly [number | null, number | null, number | null] {
  const [p50, p95, p99] = sketch.quantiles([0.5, 0.95, 0.99]);
  return [toldMs(p50), toldMs(p95), toldMs(p99)];
}

function toldMs(us: number | null): number | null {
  return us === null ? null : Number((us / 1_000).toPrecision(4));
}

/** How figures stand to former ones, to four decimals. */
export function changeOf(now: UsageFigures, former: UsageFigures): UsageChange {
  const change = (field: keyof UsageChange) => {
    const [after, before] = [now[field], former[field]];
    if (after === null || before === null || before === 0) return null;
    return Math.round(((after - before) / before) * 10_000) / 10_000;
  };
  return {
    requests: change('requests'),
    billable: change('billable'),
    errors: change('errors'),
    requestBytes: change('requestBytes'),
    responseBytes: change('responseBytes'),
    providerMsMean: change('providerMsMean'),
    ownMsMean: change('ownMsMean'),
  };
}
