import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createAuthority } from '../pki/authority.ts';
import { issueCertificate } from '../pki/issue-certificate.ts';
import { startLocalKafka } from './kafka-local.ts';
import { type KafkaTlsFiles } from './kafka-service.ts';
import { ownContext } from './own-kafka.ts';

const dayMs = 24 * 3_600_000;

/** A broker that asks everybody for a certificate, and what services show it. */
export interface GuardedKafka {
  readonly brokers: readonly string[];
  /** The files of a service of that name. */
  readonly certified: (name: string) => Promise<KafkaTlsFiles>;
  /** The same of somebody whose CA the broker does not trust. */
  readonly forged: (name: string) => Promise<KafkaTlsFiles>;
}

/** Starts a Kafka as a local program with these further settings, which name `kafka` as one who may do everything. */
export async function startGuardedKafka(
  settings: string,
  resources: AsyncDisposableStack,
): Promise<GuardedKafka> {
  const context = await ownContext(resources);
  const certified = await certificates(join(context.dir, 'internal'));
  const stranger = await certificates(join(context.dir, 'stranger'));
  const own = await certified('kafka');
  const guard = { ...own, keystore: join(context.dir, 'internal', 'kafka.keystore.pem'), settings };
  const { brokers } = await startLocalKafka(join(context.dir, 'kafka'), context, guard);
  const forged = async (name: string) => ({ ...(await stranger(name)), caFile: own.caFile });
  return { brokers, certified, forged };
}

async function certificates(dir: string): Promise<GuardedKafka['certified']> {
  await mkdir(dir);
  const now = Date.now();
  const life = { notBefore: new Date(now - dayMs), notAfter: new Date(now + dayMs) };
  const authority = await createAuthority({ subject: 'O=SSP, CN=SSP Platform CA', ...life });
  const caFile = join(dir, 'ca.pem');
  await writeFile(caFile, authority.certificate.toString('pem'));
  return async (name) => {
    const { certificatePem, privateKeyPem } = await issueCertificate(authority, {
      fqdn: name,
      ipAddresses: ['127.0.0.1'],
      ...life,
    });
    const [certFile, keyFile] = [join(dir, `${name}.pem`), join(dir, `${name}.key.pem`)];
    await writeFile(certFile, certificatePem);
    await writeFile(keyFile, privateKeyPem);
    await writeFile(join(dir, `${name}.keystore.pem`), `${privateKeyPem}${certificatePem}`);
    return { caFile, certFile, keyFile };
  };
}
