import { expect, test } from 'vitest';
import { certificateRows } from './certificates.ts';
import { type ServiceLook } from './look-at-services.ts';
import { type Sample } from './metric-samples.ts';

const nowMs = Date.parse('2026-03-01T00:00:00Z');
const now = nowMs / 1_000;
const day = 86_400;

const look = (name: string, ...samples: readonly Sample[]): ServiceLook => ({ name, report: null, samples });
const certificate = (setting: string, subject: string, notAfter: number): Sample => ({
  name: 'ssp_certificate_not_after_timestamp_seconds',
  labels: { certificate: setting, subject },
  value: notAfter,
});
const list = (state: string, left?: number): readonly Sample[] => [
  { name: 'ssp_edge_crl_state', labels: { issuer: 'CA', state: 'missing' }, value: 0 },
  { name: 'ssp_edge_crl_state', labels: { issuer: 'CA', state }, value: 1 },
  { name: 'ssp_edge_crl_seconds_to_next_update', labels: { issuer: 'other' }, value: 9 },
  ...(left === undefined
    ? []
    : [{ name: 'ssp_edge_crl_seconds_to_next_update', labels: { issuer: 'CA' }, value: left }]),
];

test.for([
  { left: 30 * day + 1, says: 'expires in 30 days', verdict: 'good' },
  { left: 30 * day, says: 'expires in 30 days', verdict: 'watch' },
  { left: 7 * day, says: 'expires in 7 days', verdict: 'act' },
  { left: -2 * day, says: 'expired 2 days ago', verdict: 'act' },
])('a certificate with $left seconds left $says: $verdict', ({ left, says, verdict }) => {
  const [row] = certificateRows([look('authz', certificate('KAFKA_TLS_CERT_FILE', 'me', now + left))], nowMs);
  expect(row).toEqual({
    name: 'me',
    verdict,
    says,
    endsAt: new Date(nowMs + left * 1_000).toISOString(),
    users: 'authz: KAFKA_TLS_CERT_FILE',
    usedBy: [{ service: 'authz', settings: ['KAFKA_TLS_CERT_FILE'] }],
  });
});

test.for([
  { state: 'fresh', left: 6 * day, says: 'fresh, ends in 6 days', verdict: 'good' },
  { state: 'fresh', left: 20_000, says: 'fresh, ends in 6 hours', verdict: 'watch' },
  { state: 'grace', left: -7_300, says: 'grace, ended 2 hours ago', verdict: 'watch' },
  { state: 'expired', left: -90_000, says: 'expired, ended 25 hours ago', verdict: 'act' },
  { state: 'missing', left: undefined, says: 'missing', verdict: 'act' },
])('a list with $left seconds left is $says: $verdict', ({ state, left, says, verdict }) => {
  expect(certificateRows([look('edge', ...list(state, left))], nowMs)).toEqual([
    expect.objectContaining({ name: 'Revocation list of CA', says, verdict }),
  ]);
});

test('each stands once, with all who use it, the soonest to end first and what is missing before', () => {
  const ca = (setting: string) => certificate(setting, 'The CA', now + 400 * day);
  const rows = certificateRows(
    [
      look('edge-1', ...list('fresh', 90_000), ca('KAFKA_TLS_CA_FILE'), ca('ADMIN_TLS_CA_FILE')),
      look('edge-2', ...list('fresh', 90_001), certificate('EDGE_TLS_CERT_FILE', 'ssp', now + 9 * day)),
      look('edge-3', ...list('missing'), certificate('EDGE_TLS_CERT_FILE', 'ssp', now + 90 * day)),
      look('authz', ca('LISTEN_TLS_CA_FILE')),
    ],
    nowMs,
  );
  expect(rows.map(({ name, says, usedBy }) => [name, says, usedBy.map(({ service }) => service)])).toEqual([
    ['Revocation list of CA', 'missing', ['edge-3']],
    ['Revocation list of CA', 'fresh, ends in 25 hours', ['edge-1', 'edge-2']],
    ['ssp', 'expires in 9 days', ['edge-2']],
    ['ssp', 'expires in 90 days', ['edge-3']],
    ['The CA', 'expires in 400 days', ['edge-1', 'authz']],
  ]);
  expect(rows[1]?.users).toBe('edge-1, edge-2');
  expect(rows.at(-1)?.users).toBe('edge-1, authz: ADMIN_TLS_CA_FILE, KAFKA_TLS_CA_FILE, LISTEN_TLS_CA_FILE');
  expect(rows.at(-1)?.usedBy[0]?.settings).toEqual(['ADMIN_TLS_CA_FILE', 'KAFKA_TLS_CA_FILE']);
});

test('many users are counted', () => {
  const looks = ['a', 'b', 'c', 'd'].map((name) => look(name, certificate('OIDC_CA_FILE', 'The CA', now)));
  expect(certificateRows(looks, nowMs)[0]?.users).toBe('4 services: OIDC_CA_FILE');
});
