import { type UsageFigures, type UsageReport } from '@ssp/contracts';
import { formatBytes, formatChange, formatCount, formatMilliseconds, formatShare } from '../number-forms.ts';
import { describeHours } from './period.ts';

/** A figure of usage as the console shows it. */
export type Figure = {
  readonly head: string;
  readonly text: (figures: UsageFigures) => string;
  /** What comparison is made of. */
  readonly value: (figures: UsageFigures) => number | null;
};

/** The figures of a table of usage, in its order; by these the address orders rows. */
export const usageOrders = [
  'requests',
  'billable',
  'errors',
  'requestBytes',
  'responseBytes',
  'providerMsMean',
] as const;
export type UsageOrder = (typeof usageOrders)[number];

export const usageFigures: Readonly<Record<UsageOrder, Figure>> = {
  requests: {
    head: 'Requests',
    text: ({ requests }) => formatCount(requests),
    value: ({ requests }) => requests,
  },
  billable: {
    head: 'Billable',
    text: ({ billable }) => formatCount(billable),
    value: ({ billable }) => billable,
  },
  errors: {
    head: 'Errors',
    text: ({ errors }) => formatCount(errors),
    value: ({ errors }) => errors,
  },
  requestBytes: {
    head: 'Request data',
    text: ({ requestBytes }) => formatBytes(requestBytes),
    value: ({ requestBytes }) => requestBytes,
  },
  responseBytes: {
    head: 'Response data',
    text: ({ responseBytes }) => formatBytes(responseBytes),
    value: ({ responseBytes }) => responseBytes,
  },
  providerMsMean: {
    head: 'Provider’s mean time',
    text: ({ providerMsMean }) => formatMilliseconds(providerMsMean),
    value: ({ providerMsMean }) => providerMsMean,
  },
};

/** What part of all requests the provider failed. */
export const errorShare: Figure = {
  head: 'Error share',
  text: ({ errors, requests }) => formatShare(errors, requests),
  value: ({ errors, requests }) => (requests === 0 ? null : errors / requests),
};

/** The period that a report compares with, in words, and its totals. */
export type Former = { readonly words: string; readonly totals: UsageFigures };

/** Null where comparison was not asked for. */
export function formerOf({ previous }: UsageReport): Former | null {
  return previous === undefined ? null : { words: describeHours(previous.period), totals: previous.totals };
}

/** A figure above a page: its value, and how it stands to the former one where there is one. */
export function keyFigure(figure: Figure, now: UsageFigures, former: Former | null) {
  return {
    name: figure.head,
    value: figure.text(now),
    remark:
      former === null
        ? null
        : `${remarkOn(figure, now, former.totals)}: ${figure.text(former.totals)} ${former.words}`,
  };
}

/** How a figure stands to the former one. */
export function remarkOn({ value }: Figure, now: UsageFigures, before: UsageFigures): string {
  return formatChange(value(now), value(before));
}
