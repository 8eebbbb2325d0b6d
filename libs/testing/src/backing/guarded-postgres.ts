import { chmod, chown, copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ownCertificates, type ServiceFiles } from './own-certificates.ts';
import { bareContext } from './own-kafka.ts';
import { type PostgresGuard, startLocalPostgres } from './postgres-local.ts';
import type { PostgresAddress } from './postgres-service.ts';

/** A server that speaks TLS alone, and what services show it. */
export interface GuardedPostgres {
  /** Its administrator's. */
  readonly address: PostgresAddress;
  /** The files of a service of that name. */
  readonly certified: (name: string) => Promise<ServiceFiles>;
  /** The same of somebody whose CA the server does not trust. */
  readonly forged: (name: string) => Promise<ServiceFiles>;
}

/** Starts a Postgres as a local program whose clients are let in as that file says (pg_hba.conf). */
export async function startGuardedPostgres(
  hbaFile: string,
  resources: AsyncDisposableStack,
): Promise<GuardedPostgres> {
  const context = await bareContext('own-postgres-', resources);
  // It runs as somebody else where we are root, and passes through here.
  await chmod(context.dir, 0o711);
  const certified = await ownCertificates(join(context.dir, 'internal'));
  const stranger = await ownCertificates(join(context.dir, 'stranger'));
  const [server, administrator] = [await certified('postgres'), await certified('ssp')];
  const hba = join(context.dir, 'pg_hba.conf');
  await copyFile(hbaFile, hba);
  const guard: PostgresGuard = {
    settings: async (owner) => {
      if (owner !== undefined) await chown(server.keyFile, owner.uid, owner.gid);
      return {
        ssl: 'on',
        ssl_cert_file: server.certFile,
        ssl_key_file: server.keyFile,
        ssl_ca_file: server.caFile,
        hba_file: hba,
      };
    },
    parameters: tlsParameters(administrator),
  };
  const address = await startLocalPostgres(join(context.dir, 'postgres'), context, {}, guard);
  const forged = async (name: string) => ({ ...(await stranger(name)), caFile: server.caFile });
  return { address, certified, forged };
}

/** What a URL says of them. */
export function tlsParameters({ caFile, certFile, keyFile }: ServiceFiles): string {
  return new URLSearchParams({
    sslmode: 'verify-full',
    sslrootcert: caFile,
    sslcert: certFile,
    sslkey: keyFile,
  }).toString();
}
