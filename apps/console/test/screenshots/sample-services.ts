import { createServer } from 'node:http';
import { listenOnLoopback } from '@ssp/testing';

type SampleService = {
  readonly name: string;
  readonly checks?: Readonly<Record<string, string>>;
  readonly metrics: readonly string[];
};

/** Whole hours from now, so that the page says whole days. */
const certificate = (setting: string, subject: string, days: number) => {
  const at = Math.round(Date.now() / 1_000) + days * 86_400 + 3_600;
  return `ssp_certificate_not_after_timestamp_seconds{certificate="${setting}",subject="${subject}"} ${at}`;
};

/** What the services of an imagined platform tell of themselves, one of which needs somebody soon. */
const sampleServices: readonly SampleService[] = [
  ...['edge-1', 'edge-2'].map((name) => ({
    name,
    metrics: [
      'ssp_edge_crl_state{issuer="CN=Spine Issuing CA",state="fresh"} 1',
      'ssp_edge_crl_seconds_to_next_update{issuer="CN=Spine Issuing CA"} 172800',
      'ssp_edge_crl_look_age_seconds{kind="file"} 240',
      certificate('EDGE_TLS_CERT_FILE', 'proxy.ssp.example.nhs.uk', 20),
      certificate('EDGE_INTERNAL_CERT_FILE', 'internal.ssp.example.nhs.uk', 210),
      'ssp_spool_events 0',
    ],
  })),
  {
    name: 'authz-1',
    metrics: [
      'ssp_authz_directory_age_seconds 1320',
      'ssp_authz_snapshot_age_seconds 4',
      certificate('LISTEN_TLS_CERT_FILE', 'internal.ssp.example.nhs.uk', 210),
    ],
  },
  {
    name: 'throttle-1',
    checks: { redis: 'ok, but it was away for a moment' },
    metrics: ['ssp_throttle_breaker_state{state="closed"} 1'],
  },
  {
    name: 'audit-writer-1',
    metrics: [
      'ssp_audit_oldest_unwritten_seconds 0',
      'ssp_audit_lag_events 1240',
      'ssp_audit_missing_events 0',
      'ssp_audit_last_checkpoint_age_seconds 35',
    ],
  },
  { name: 'billing-1', metrics: ['ssp_kafka_consumer_lag_records 310'] },
  { name: 'billing-query-api-1', metrics: [] },
];

/** Serves them all. @returns what `CONSOLE_SERVICES` is to say */
export async function startSampleServices(resources: AsyncDisposableStack): Promise<string> {
  const started = sampleServices.map(async ({ name, checks = {}, metrics }) => {
    const server = createServer((req, res) =>
      res.end(
        req.url === '/metrics'
          ? metrics.map((line) => `${line}\n`).join('')
          : JSON.stringify({ ready: true, state: 'ready', checks }),
      ),
    );
    resources.defer(() => void server.close());
    return `${name}=http://127.0.0.1:${await listenOnLoopback(server)}`;
  });
  return (await Promise.all(started)).join(',');
}
