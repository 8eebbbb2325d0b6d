import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { SamplePerson } from '@ssp/identity-provider';
import { z } from 'zod';

const Certified = z.object({ cert: z.string(), key: z.string() });
const Consumer = Certified.extend({ asid: z.string(), odsCode: z.string(), fqdn: z.string() });
const Process = z.object({ pid: z.int(), admin: z.string() });

/** Where everything of a running platform is; paths are relative to the repository's root. */
export const PlatformCard = z.object({
  version: z.literal(1),
  /** The process to signal to end the platform. */
  pid: z.int(),
  edge: z.object({ https: z.string(), http: z.string() }),
  pki: z.object({
    ca: z.string(),
    issuingCert: z.string(),
    issuingKey: z.string(),
    crls: z.array(z.string()),
  }),
  consumers: z.object({
    good: Consumer,
    other: Consumer,
    revoked: Consumer,
    expired: Consumer,
    untrusted: Consumer,
    wrongFqdn: Consumer,
  }),
  providers: z.array(
    Certified.extend({
      asid: z.string(),
      odsCode: z.string(),
      endpoints: z.record(z.string(), z.string()),
      address: z.string(),
    }),
  ),
  services: z.record(z.string(), z.array(Process)),
  noAgreement: z.object({ asid: z.string(), interaction: z.string(), endpoint: z.string() }),
  console: z.string(),
  /** Where people sign in to the console. */
  identityProvider: z.string(),
  people: z.array(SamplePerson),
  billingApi: z.string(),
  authzApi: z.string(),
  throttleApi: z.string(),
  auditApi: z.string(),
  /** The auditors' private key, by which full URLs are read. */
  auditUrlKey: z.string(),
  /** By which what is stored is proved: the database, public keys, and where checkpoints were given out. */
  verify: z.object({
    postgres: z.string(),
    passwordFile: z.string(),
    auditKey: z.string(),
    checkpoints: z.string(),
    statementsKey: z.string(),
  }),
  tokens: z.object({ billing: z.string(), auditor: z.string(), operator: z.string() }),
  postgres: z.string(),
  redis: z.string(),
  kafka: z.array(z.string()),
  ldap: z.object({ url: z.string(), baseDn: z.string(), adminDn: z.string(), adminPassword: z.string() }),
  logs: z.string(),
});
export type PlatformCard = z.output<typeof PlatformCard>;

/** Replaces the card whole, so that no reader meets a half of it; it holds secrets, so only its owner reads it. */
export async function writeCard(file: string, card: PlatformCard): Promise<void> {
  const fresh = `${file}.new`;
  await writeFile(fresh, `${JSON.stringify(card, null, 2)}\n`, { mode: 0o600 });
  await rename(fresh, file);
}

/** The card of the running platform, or null where there is none that can be read. */
export async function readCard(file: string): Promise<PlatformCard | null> {
  try {
    return PlatformCard.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch {
    return null;
  }
}

/** Takes the card away, as nothing runs any more. */
export async function removeCard(file: string): Promise<void> {
  await rm(file, { force: true });
}
