import { join } from 'node:path';
import { startLocalKafka } from './kafka-local.ts';
import type { KafkaTlsFiles } from './kafka-service.ts';
import { ownCertificates } from './own-certificates.ts';
import { ownContext } from './own-kafka.ts';

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
  const certified = await ownCertificates(join(context.dir, 'internal'));
  const stranger = await ownCertificates(join(context.dir, 'stranger'));
  const own = await certified('kafka');
  const guard = { ...own, keystore: join(context.dir, 'internal', 'kafka.keystore.pem'), settings };
  const { brokers } = await startLocalKafka(join(context.dir, 'kafka'), context, guard);
  const forged = async (name: string) => ({ ...(await stranger(name)), caFile: own.caFile });
  return { brokers, certified, forged };
}
