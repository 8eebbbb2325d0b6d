import { expect, test } from 'vitest';
import { readAudit } from './audit-findings.ts';

const finding = (severity: string, fixAvailable: unknown) => ({
  name: severity,
  severity,
  isDirect: false,
  via: [],
  range: '<2',
  fixAvailable,
});

test('what is high or critical is named, the rest counted', () => {
  const vulnerabilities = {
    a: finding('high', false),
    b: finding('critical', { name: 'b', version: '2.0.0', isSemVerMajor: true }),
    c: finding('moderate', true),
    d: finding('low', true),
  };
  expect(readAudit(JSON.stringify({ auditReportVersion: 2, vulnerabilities, metadata: {} }))).toEqual({
    asked: true,
    grave: ['high <2: high, no fix yet', 'critical <2: critical'],
    others: 2,
  });
});

test('where nothing is known of us, nothing is named', () => {
  expect(readAudit('{"vulnerabilities":{}}')).toEqual({ asked: true, grave: [], others: 0 });
});

test.for([
  {
    printed: JSON.stringify({
      message: '405 Method Not Allowed - POST https://registry.example/-/npm/v1/security/advisories/bulk',
      statusCode: 405,
    }),
    why: '405 Method Not Allowed',
  },
  {
    printed: '{"message":"request to https://registry.example/x failed","error":{}}',
    why: 'request to failed',
  },
  { printed: '{"error":{}}', why: 'no report' },
  { printed: '', why: '' },
  { printed: 'npm error\nnpm error code ENOTFOUND', why: 'npm error code ENOTFOUND' },
])('who gives no report was not asked: $why', ({ printed, why }) => {
  expect(readAudit(printed)).toEqual({ asked: false, why });
});
