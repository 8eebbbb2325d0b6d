import { type Dashboard } from './dashboard.ts';

const rate = '[$__rate_interval]';
const quantile = (of: string, metric: string, by: string) =>
  `histogram_quantile(${of}, sum by (${by}le) (rate(${metric}_bucket${rate})))`;

/** For who keeps it running: aims first, then the path of a request, then what is behind it. */
export const operators: Dashboard = {
  uid: 'ssp-operators',
  title: 'SSP: operators',
  rows: [
    {
      title: 'Aims',
      panels: [
        {
          title: 'Refused by faults of ours, 28 days (at most 0.05 %)',
          unit: 'percentunit',
          isStat: true,
          asks: [
            [
              'sum_over_time(ssp:edge_unavailable:rate5m[28d]) / sum_over_time(ssp:edge_asked:rate5m[28d])',
              '',
            ],
          ],
        },
        {
          title: 'Added on average (at most 15 ms)',
          unit: 's',
          isStat: true,
          asks: [['ssp:edge_added_seconds:mean5m', '']],
        },
        {
          title: 'Oldest event not in the audit (at most 30 s)',
          unit: 's',
          isStat: true,
          asks: [['ssp:audit_age_seconds', '']],
        },
      ],
    },
    {
      title: 'Requests',
      panels: [
        {
          title: 'Ended, by outcome',
          unit: 'reqps',
          asks: [[`sum by (outcome) (rate(ssp_edge_exchanges_total${rate}))`, '{{outcome}}']],
        },
        {
          title: 'Refused, by reason',
          unit: 'reqps',
          asks: [
            [`sum by (refusal) (rate(ssp_edge_exchanges_total{refusal!="none"}${rate}))`, '{{refusal}}'],
          ],
        },
        {
          title: 'Whole time',
          unit: 's',
          asks: [
            [quantile('0.5', 'ssp_edge_exchange_seconds', ''), 'half'],
            [quantile('0.99', 'ssp_edge_exchange_seconds', ''), '99 of 100'],
            ['ssp:edge_added_seconds:p99_5m', 'added by the proxy, 99 of 100'],
          ],
        },
        {
          title: 'Stages, 99 of 100',
          unit: 's',
          asks: [[quantile('0.99', 'ssp_edge_stage_seconds', 'stage, '), '{{stage}}']],
        },
        {
          title: 'In flight',
          unit: 'short',
          asks: [['sum by (instance) (ssp_edge_exchanges_in_flight)', '{{instance}}']],
        },
        {
          title: 'Provider connections',
          unit: 'short',
          asks: [
            ['sum by (state) (ssp_edge_provider_connections)', '{{state}}'],
            ['sum(ssp_edge_provider_waiting)', 'waiting'],
          ],
        },
      ],
    },
    {
      title: 'Audit and Kafka',
      panels: [
        {
          title: 'Written',
          unit: 'reqps',
          asks: [[`sum by (kind) (rate(ssp_audit_events_written_total${rate}))`, '{{kind}}']],
        },
        {
          title: 'Lag',
          unit: 'short',
          asks: [
            ['max(sum by (instance) (ssp_audit_lag_events))', 'audit'],
            ['max(sum by (instance) (ssp_billing_lag_events))', 'billing'],
          ],
        },
        {
          title: 'Spool',
          unit: 'bytes',
          asks: [
            ['ssp_spool_bytes', '{{instance}}'],
            ['ssp_spool_max_bytes', 'bound of {{instance}}'],
          ],
        },
        {
          title: 'Send to Kafka, 99 of 100',
          unit: 's',
          asks: [[quantile('0.99', 'ssp_kafka_publish_seconds', 'job, '), '{{job}}']],
        },
        {
          title: 'Missing, lost',
          unit: 'short',
          asks: [
            ['max by (topic) (ssp_audit_missing_events)', 'missing of {{topic}}'],
            ['sum(ssp_kafka_publish_lost_events_total)', 'lost'],
          ],
        },
        {
          title: 'Write to Postgres, 99 of 100',
          unit: 's',
          asks: [
            [quantile('0.99', 'ssp_audit_write_seconds', ''), 'audit'],
            [quantile('0.99', 'ssp_billing_batch_seconds', ''), 'billing'],
          ],
        },
      ],
    },
    {
      title: 'authz and throttle',
      panels: [
        {
          title: 'Decisions',
          unit: 'reqps',
          asks: [[`sum by (outcome) (rate(ssp_authz_decisions_total${rate}))`, '{{outcome}}']],
        },
        {
          title: 'Ages',
          unit: 's',
          asks: [
            ['max(ssp_authz_snapshot_age_seconds)', 'rules'],
            ['max(ssp_authz_directory_age_seconds)', 'directory'],
          ],
        },
        {
          title: 'Redis, 99 of 100',
          unit: 's',
          asks: [[quantile('0.99', 'ssp_throttle_redis_seconds', ''), 'batch']],
        },
      ],
    },
    {
      title: 'Processes',
      panels: [
        {
          title: 'Not ready',
          unit: 'short',
          isStat: true,
          asks: [['count(ssp_ready == 0) or vector(0)', '']],
        },
        {
          title: 'Busy',
          unit: 'percentunit',
          asks: [['ssp_event_loop_utilisation', '{{job}} {{instance}}']],
        },
        {
          title: 'Heap',
          unit: 'percentunit',
          asks: [
            ['nodejs_heap_size_used_bytes / on (job, instance) ssp_heap_limit_bytes', '{{job}} {{instance}}'],
          ],
        },
        {
          title: 'CPU',
          unit: 'percentunit',
          asks: [[`rate(process_cpu_seconds_total${rate})`, '{{job}} {{instance}}']],
        },
        {
          title: 'Waiting for Postgres',
          unit: 'short',
          asks: [['ssp_postgres_pool_waiting', '{{job}} {{instance}}']],
        },
        { title: 'Clock', unit: 's', asks: [['abs(ssp_clock_offset_seconds)', '{{job}} {{instance}}']] },
      ],
    },
  ],
};
