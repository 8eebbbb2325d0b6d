import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import {
  createDatabaseIn,
  createDevelopmentPki,
  type Leash,
  type LdapAddress,
  startBackingServices,
  startSlapd,
} from '@ssp/testing';
import { benchPaths } from '../paths.ts';
import { type Report } from '../progress.ts';
import { runToEnd } from '../run-to-end.ts';
import { nationalDirectory, type NationalSize } from './national-directory.ts';

/** A national directory in a slapd of its own, and an empty migrated database. */
export type NationalRig = {
  readonly ldap: LdapAddress;
  readonly postgresUrl: string;
  /** The environment of the directory's loader. */
  readonly loaderEnvironment: Readonly<Record<string, string>>;
  /** The environment of whatever works on the database. */
  readonly postgresEnvironment: Readonly<Record<string, string>>;
};

/** Starts both; all of it, data too, is gone with `resources`. */
export async function startNationalRig(
  size: NationalSize,
  leash: Leash,
  report: Report,
  resources: AsyncDisposableStack,
): Promise<NationalRig> {
  const dir = await mkdtemp(join(benchPaths.work, 'national-'));
  resources.defer(() => rm(dir, { recursive: true, force: true }));
  const pki = await createDevelopmentPki(join(dir, 'pki'), { now: new Date() });
  const { postgres } = await startBackingServices(
    { dir: join(dir, 'backing'), leash, pki, report, durable: true },
    resources,
  );
  report('writing the national directory and loading it into slapd');
  const ldap = await startSlapd(
    {
      dir: join(dir, 'slapd'),
      logFile: join(dir, 'slapd.log'),
      leash,
      pki,
      writeLdif: (file) => pipeline(Readable.from(nationalDirectory(size)), createWriteStream(file)),
    },
    resources,
  );
  report('slapd serves it');
  const database = await createDatabaseIn(postgres, resources);
  const postgresEnvironment = {
    POSTGRES_URL: database.urlWithoutPassword,
    POSTGRES_PASSWORD_FILE: database.passwordFile,
  };
  await runToEnd('migrate', [benchPaths.authzMigrateMain], postgresEnvironment, leash);
  const loaderEnvironment = {
    ...postgresEnvironment,
    SDS_URL: ldap.url,
    SDS_CA_FILE: ldap.caFile,
    SDS_CERT_FILE: pki.sdsClient.cert,
    SDS_KEY_FILE: pki.sdsClient.key,
  };
  return { ldap, postgresUrl: database.url, loaderEnvironment, postgresEnvironment };
}
