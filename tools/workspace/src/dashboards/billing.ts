import { type Dashboard } from './dashboard.ts';

const rate = '[$__rate_interval]';

/** For who answers for the figures: what is counted, how late, and whether it balances. */
export const billing: Dashboard = {
  uid: 'ssp-billing',
  title: 'SSP: billing',
  rows: [
    {
      title: 'Balance',
      panels: [
        {
          title: 'Differences, 40 days',
          unit: 'short',
          isStat: true,
          asks: [['max(ssp_billing_differences)', '']],
        },
        {
          title: 'Hours not reconciled',
          unit: 'short',
          isStat: true,
          asks: [['max(ssp_billing_unreconciled_hours)', '']],
        },
        {
          title: 'The oldest of them',
          unit: 's',
          isStat: true,
          asks: [['max(ssp_billing_unreconciled_age_seconds)', '']],
        },
      ],
    },
    {
      title: 'Counting',
      panels: [
        {
          title: 'Exchanges counted',
          unit: 'reqps',
          asks: [
            [
              `sum by (outcome, billable) (rate(ssp_billing_exchanges_total${rate}))`,
              '{{outcome}}, billable {{billable}}',
            ],
          ],
        },
        {
          title: 'Events, by what they came to',
          unit: 'reqps',
          asks: [[`sum by (result) (rate(ssp_billing_events_total${rate}))`, '{{result}}']],
        },
        {
          title: 'Counted late',
          unit: 'short',
          asks: [['sum(increase(ssp_billing_late_exchanges_total[1h]))', 'more than an hour']],
        },
        {
          title: 'Oldest not counted',
          unit: 's',
          asks: [['max(ssp_billing_oldest_uncounted_seconds)', 'age']],
        },
        {
          title: 'Deeds not told to the audit',
          unit: 'short',
          asks: [['max(ssp_billing_untold_deeds)', 'deeds']],
        },
        {
          title: 'Answers, 95 of 100',
          unit: 's',
          asks: [
            [
              `histogram_quantile(0.95, sum by (path, le) (rate(ssp_billing_query_seconds_bucket${rate})))`,
              '{{path}}',
            ],
          ],
        },
      ],
    },
    {
      title: 'Sums that make answers fast',
      panels: [
        {
          title: 'Hours not summed up',
          unit: 'short',
          isStat: true,
          asks: [['max(ssp_billing_unsummed_hours)', '']],
        },
        {
          title: 'The first of them waits',
          unit: 's',
          isStat: true,
          asks: [['max(ssp_billing_unsummed_age_seconds)', '']],
        },
        {
          title: 'Last gone through',
          unit: 's',
          isStat: true,
          asks: [['min(ssp_billing_summing_age_seconds)', '']],
        },
        {
          title: 'Summed up, and failures',
          unit: 'short',
          asks: [
            ['sum by (grain) (increase(ssp_billing_summed_periods_total[1h]))', '{{grain}}s'],
            ['sum(increase(ssp_billing_summing_failures_total[1h]))', 'failures'],
          ],
        },
      ],
    },
  ],
};
