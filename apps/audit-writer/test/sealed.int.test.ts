import { generateKeyPairSync } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { FullUrls, openSealedUrl } from '@ssp/contracts';
import { expect, test } from 'vitest';
import { tableSource } from '../src/verify/table-source.ts';
import { verifyAudit } from '../src/verify/verify-audit.ts';
import { exchangeEvents, fullUrl } from './events.ts';
import { auditRig, tokens } from './rig.ts';

test('with a key of the auditors no full URL lies in the tables, the chain holds, and the private key opens it', async () => {
  await using resources = new AsyncDisposableStack();
  const rig = await auditRig(resources);
  const { publicKey, privateKey } = generateKeyPairSync('x25519');
  const urlKeyFile = `${rig.config.callers.tokensFile}.url-key.pem`;
  await writeFile(urlKeyFile, publicKey.export({ type: 'spki', format: 'pem' }));
  const { api } = await rig.start(resources, { urlKeyFile });
  const { internalId, records } = exchangeEvents();
  // The second is refused by the table, so that every event of the batch is tried by itself.
  const poison = exchangeEvents({ completed: { status: 2 ** 40 } });
  await rig.publish([...records, ...poison.records.slice(1)]);
  await expect
    .poll(() => rig.countRows([internalId]), { timeout: 100_000 })
    .toEqual({ rows: 2, events: 2, urls: 1 });

  const { rows } = await rig.pool.query<{ url: string }>(
    'select url from audit.full_url where internal_id = $1',
    [internalId],
  );
  expect(rows[0]?.url).toMatch(/^sealed\.v1\./);
  const response = await fetch(`${api}/v1/full-urls`, {
    method: 'POST',
    headers: { authorization: `Bearer ${tokens.auditor}`, 'x-ssp-user': 'ada' },
    body: JSON.stringify({ internalIds: [internalId], why: 'a' }),
  });
  const { urls } = FullUrls.parse(await response.json());
  expect(openSealedUrl(urls[0]?.url ?? '', internalId, [privateKey])).toBe(fullUrl);
  expect(await verifyAudit(tableSource(rig.pool), null)).toMatchObject({ faults: [] });
});
