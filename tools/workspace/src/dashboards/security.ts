import { type Dashboard } from './dashboard.ts';

const rate = '[$__rate_interval]';

/** For who guards it: who is turned away, whom we trust, and whether the audit stays whole. */
export const security: Dashboard = {
  uid: 'ssp-security',
  title: 'SSP: security',
  rows: [
    {
      title: 'Turned away',
      panels: [
        {
          title: 'Certificates refused',
          unit: 'reqps',
          asks: [
            [
              `sum by (refusal) (rate(ssp_edge_exchanges_total{refusal=~"certificate-.*|no-crl-in-force"}${rate}))`,
              '{{refusal}}',
            ],
          ],
        },
        {
          title: 'Handshakes failed',
          unit: 'reqps',
          asks: [[`sum by (reason) (rate(ssp_edge_handshakes_failed_total${rate}))`, '{{reason}}']],
        },
        {
          title: 'Not authorised',
          unit: 'reqps',
          asks: [
            [
              `sum by (refusal) (rate(ssp_edge_exchanges_total{refusal=~"sender-not-authorised|receiver-not-authorised|endpoint-mismatch|no-agreement"}${rate}))`,
              '{{refusal}}',
            ],
          ],
        },
        {
          title: 'No HTTP',
          unit: 'reqps',
          asks: [[`sum by (refusal) (rate(ssp_edge_unparsed_requests_total${rate}))`, '{{refusal}}']],
        },
        {
          title: 'Refused by limits',
          unit: 'reqps',
          asks: [[`sum by (scope) (rate(ssp_edge_limit_refusals_total${rate}))`, '{{scope}}']],
        },
        {
          title: 'Connections',
          unit: 'short',
          asks: [
            ['sum by (instance) (ssp_edge_connections)', '{{instance}}'],
            [`sum(rate(ssp_edge_connections_dropped_total${rate}))`, 'dropped a second'],
          ],
        },
      ],
    },
    {
      title: 'Trust',
      panels: [
        {
          title: 'CRLs end in',
          unit: 's',
          asks: [['min by (issuer) (ssp_edge_crl_seconds_to_next_update)', '{{issuer}}']],
        },
        {
          title: 'Last look at CRLs',
          unit: 's',
          asks: [['max by (kind) (ssp_edge_crl_look_age_seconds)', '{{kind}}']],
        },
        {
          title: 'Certificates end in',
          unit: 's',
          asks: [['min by (subject) (ssp_certificate_not_after_timestamp_seconds) - time()', '{{subject}}']],
        },
      ],
    },
    {
      title: 'Audit',
      panels: [
        {
          title: 'Missing events',
          unit: 'short',
          isStat: true,
          asks: [['max(ssp_audit_missing_events)', '']],
        },
        {
          title: 'Last checkpoint',
          unit: 's',
          isStat: true,
          asks: [['min(ssp_audit_last_checkpoint_age_seconds)', '']],
        },
        {
          title: 'Last verified',
          unit: 's',
          isStat: true,
          asks: [['time() - max(ssp_job_ended_timestamp_seconds{program="audit-verify"})', '']],
        },
        {
          title: 'Put aside',
          unit: 'short',
          asks: [['sum by (topic) (increase(ssp_audit_records_quarantined_total[1h]))', '{{topic}}']],
        },
        {
          title: 'Exports and full URLs read',
          unit: 'short',
          asks: [['sum by (kind) (increase(ssp_audit_reads_total[1h]))', '{{kind}}']],
        },
        {
          title: 'Answers of the audit API',
          unit: 'reqps',
          asks: [[`sum by (status) (rate(ssp_audit_answer_seconds_count${rate}))`, '{{status}}']],
        },
      ],
    },
  ],
};
