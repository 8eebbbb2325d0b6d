import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

const roles = ['billing', 'auditor', 'operator', 'authz', 'throttle', 'reconcile'] as const;
const Tokens = z.record(z.enum(roles), z.string());

/** The bearer tokens of the local stack's people, and the files in which services find them. */
export type Secrets = {
  readonly tokens: z.output<typeof Tokens>;
  /** JSON of role → token. */
  readonly tokensFile: string;
  /** What the console shows the identity provider. */
  readonly clientSecretFile: string;
  /** The key that seals the console's sessions. */
  readonly sessionKeyFile: string;
  /** The token by which authz's operator API asks the audit, alone. */
  readonly authzTokenFile: string;
  /** The same of throttle's. */
  readonly throttleTokenFile: string;
  /** The same of billing, which holds its figures against the audit. */
  readonly reconcileTokenFile: string;
  /** Private Ed25519 key with which the audit's checkpoints are signed; the public one lies beside it. */
  readonly auditSigningKeyFile: string;
  readonly auditVerifyingKeyFile: string;
  /** The same of statements. */
  readonly billingSigningKeyFile: string;
  readonly billingVerifyingKeyFile: string;
  /** The auditors' X25519 keys: full URLs are sealed to the public one. */
  readonly auditUrlKeyFile: string;
  readonly auditUrlPrivateKeyFile: string;
};

/** Makes tokens and keys once; later starts find the same. */
export async function readSecrets(dir: string): Promise<Secrets> {
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const tokensFile = join(dir, 'tokens.json');
  const clientSecretFile = join(dir, 'console-client-secret');
  const sessionKeyFile = join(dir, 'console-session-key');
  const authzTokenFile = join(dir, 'authz-token');
  const throttleTokenFile = join(dir, 'throttle-token');
  const reconcileTokenFile = join(dir, 'reconcile-token');
  const kept = await readFile(tokensFile, 'utf8').catch(() => '{}');
  // What an earlier start made stays; a role that is new since then gets its own.
  const tokens = Tokens.parse({
    ...makeTokens(),
    ...z.partialRecord(z.enum(roles), z.string()).parse(JSON.parse(kept)),
  });
  await writeFile(tokensFile, JSON.stringify(tokens), { mode: 0o600 });
  for (const file of [clientSecretFile, sessionKeyFile]) {
    if (!existsSync(file)) await writeFile(file, randomBytes(32).toString('base64'), { mode: 0o600 });
  }
  await writeFile(authzTokenFile, tokens.authz, { mode: 0o600 });
  await writeFile(throttleTokenFile, tokens.throttle, { mode: 0o600 });
  await writeFile(reconcileTokenFile, tokens.reconcile, { mode: 0o600 });
  const [auditSigningKeyFile, auditVerifyingKeyFile] = await signingKeys(dir, 'audit');
  const [billingSigningKeyFile, billingVerifyingKeyFile] = await signingKeys(dir, 'billing');
  const auditUrlKeyFile = join(dir, 'audit-url.pem');
  const auditUrlPrivateKeyFile = join(dir, 'audit-url.key.pem');
  if (!existsSync(auditUrlPrivateKeyFile)) {
    const { privateKey, publicKey } = generateKeyPairSync('x25519');
    await writeFile(auditUrlKeyFile, publicKey.export({ type: 'spki', format: 'pem' }));
    await writeFile(auditUrlPrivateKeyFile, privateKey.export({ type: 'pkcs8', format: 'pem' }), {
      mode: 0o600,
    });
  }
  return {
    tokens,
    tokensFile,
    clientSecretFile,
    sessionKeyFile,
    authzTokenFile,
    throttleTokenFile,
    reconcileTokenFile,
    auditSigningKeyFile,
    auditVerifyingKeyFile,
    billingSigningKeyFile,
    billingVerifyingKeyFile,
    auditUrlKeyFile,
    auditUrlPrivateKeyFile,
  };
}

/** Makes an Ed25519 key where there is none; gives the files of its private and its public half. */
async function signingKeys(dir: string, owner: string): Promise<readonly [string, string]> {
  const signingFile = join(dir, `${owner}-signing.key.pem`);
  const verifyingFile = join(dir, `${owner}-verifying.pem`);
  if (!existsSync(signingFile)) {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    await writeFile(verifyingFile, publicKey.export({ type: 'spki', format: 'pem' }));
    await writeFile(signingFile, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
  }
  return [signingFile, verifyingFile];
}

function makeTokens() {
  return Object.fromEntries(roles.map((role) => [role, randomBytes(24).toString('base64url')]));
}
