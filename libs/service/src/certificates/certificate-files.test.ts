import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { certificateFiles } from './certificate-files.ts';

test.for([
  {
    environment: { KAFKA_TLS_CERT_FILE: '/c', KAFKA_TLS_KEY_FILE: '/k', KAFKA_TLS_CA_FILE: '/a' },
    files: [
      { setting: 'KAFKA_TLS_CERT_FILE', file: '/c', keyFile: '/k' },
      { setting: 'KAFKA_TLS_CA_FILE', file: '/a', keyFile: null },
    ],
  },
  {
    environment: { SDS_CERT_FILE: '/c', TARIFFS_FILE: '/t' },
    files: [{ setting: 'SDS_CERT_FILE', file: '/c', keyFile: null }],
  },
  {
    environment: {
      POSTGRES_URL: 'postgres://u@h/d?sslmode=verify-full&sslrootcert=/a%20b&sslcert=/c&sslkey=/k',
    },
    files: [
      { setting: 'POSTGRES_URL sslcert', file: '/c', keyFile: '/k' },
      { setting: 'POSTGRES_URL sslrootcert', file: '/a b', keyFile: null },
    ],
  },
  { environment: { POSTGRES_URL: 'postgresql://h/d', AUTHZ_URL: 'https://h?sslcert=/c' }, files: [] },
])('of $environment they are $files', ({ environment, files }) => {
  expect(certificateFiles(new Map(Object.entries(environment)))).toEqual(files);
});

test('every setting that names certificates has a name by which it is found', async () => {
  const page = await readFile(new URL('../../../../docs/configuration.md', import.meta.url), 'utf8');
  const rows = [...page.matchAll(/^\| `([A-Z_]+)` \| (.*?) \|/gm)];
  // Lists of revoked certificates are told of by their CAs.
  const named = rows.filter(
    ([, name = '', about = '']) =>
      name.endsWith('_FILE') && !name.endsWith('_KEY_FILE') && /\bPEM\b/.test(about),
  );
  expect(named.length).toBeGreaterThan(50);
  expect(named.map(([, name = '']) => name).filter((name) => !/_(?:CERT|CA)_FILE$/.test(name))).toEqual([]);
});
