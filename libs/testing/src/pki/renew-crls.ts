import { readFile, rename, writeFile } from 'node:fs/promises';
import { X509Crl } from './x509.ts';
import { loadAuthority } from './authority.ts';
import { issueCrl } from './issue-crl.ts';
import type { DevelopmentPki } from './pki-paths.ts';

const dayMs = 24 * 60 * 60 * 1000;

/** A revocation list is good for 30 days. */
export function crlValidity(now: Date): { readonly thisUpdate: Date; readonly nextUpdate: Date } {
  return { thisUpdate: now, nextUpdate: new Date(now.getTime() + 30 * dayMs) };
}

/** Issues anew each list that ends within 10 days, and whatever `revoke` adds to the issuing CA's at once. */
export async function renewCrls(
  pki: DevelopmentPki,
  now: Date,
  revoke: readonly string[] = [],
): Promise<void> {
  const [issuingCrl = '', rootCrl = ''] = pki.crls;
  await renew({ crl: issuingCrl, cert: pki.issuingCert, key: pki.issuingKey }, now, revoke);
  await renew({ crl: rootCrl, cert: pki.rootCert, key: pki.rootKey }, now, []);
}

async function renew(
  files: { readonly crl: string; readonly cert: string; readonly key: string },
  now: Date,
  revoke: readonly string[],
): Promise<void> {
  const current = new X509Crl(await readFile(files.crl, 'utf8'));
  const lastsMs = (current.nextUpdate?.getTime() ?? 0) - now.getTime();
  if (lastsMs > 10 * dayMs && revoke.length === 0) return;
  const crl = await issueCrl(await loadAuthority(files.cert, files.key), {
    revoked: [...current.entries.map((entry) => entry.serialNumber), ...revoke],
    // Seconds since 1970, unless a second list is issued within one.
    crlNumber: Math.max(Math.floor(now.getTime() / 1000), crlNumberOf(current) + 1),
    ...crlValidity(now),
  });
  // Moved into place, so that a reader never sees half a list.
  await writeFile(`${files.crl}.draft`, crl);
  await rename(`${files.crl}.draft`, files.crl);
}

/** Zero for a list without a number. */
function crlNumberOf(crl: X509Crl): number {
  const extension = crl.getExtension('2.5.29.20');
  // Behind tag and length of the integer.
  const digits = extension === null ? '' : Buffer.from(extension.value).toString('hex', 2);
  return digits === '' ? 0 : Number.parseInt(digits, 16);
}
