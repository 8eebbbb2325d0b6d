/** Whom a container of the compose file trusts with what; each finds the files of its own under /run/secrets, and no others. */
export type Recipient = {
  readonly name: string;
  /** Further names of its certificate, beside its own. */
  readonly dnsNames?: readonly string[];
  /** Names in its folder, and whose contents they have. */
  readonly files: Readonly<Record<string, Given>>;
};

/** What the set-up keeps, by the name of its file there, or a file of tokens for callers of these roles. */
export type Given =
  | { readonly nhs: string }
  | { readonly secret: string }
  | { readonly tokens: readonly string[] };

const nhs = (file: string): Given => ({ nhs: file });
const secret = (file: string): Given => ({ secret: file });
const postgres = { 'postgres-password': secret('postgres-password') };

/** Under which names browsers have the two that are behind the door. */
export const consoleHost = 'console.localhost';
export const identityHost = 'identity.localhost';

/** Every container that has a certificate of the platform's own CA; `ca.pem`, `tls.pem` and `tls.key.pem` go without saying. */
export const recipients: readonly Recipient[] = [
  {
    name: 'edge',
    files: {
      'nhs-ca.pem': nhs('ca.pem'),
      'issuing.crl.pem': nhs('issuing.crl.pem'),
      'root.crl.pem': nhs('root.crl.pem'),
      'edge-server.pem': nhs('edge-server.pem'),
      'edge-server.key.pem': nhs('edge-server.key.pem'),
      'edge-client.pem': nhs('edge-client.pem'),
      'edge-client.key.pem': nhs('edge-client.key.pem'),
    },
  },
  { name: 'authz', files: postgres },
  { name: 'throttle', files: postgres },
  { name: 'sync-sds', files: postgres },
  { name: 'jobs', files: postgres },
  { name: 'billing-aggregator', files: postgres },
  {
    name: 'authz-admin-api',
    files: {
      ...postgres,
      'tokens.json': { tokens: ['operator', 'auditor'] },
      'audit-token': secret('authz-token'),
    },
  },
  {
    name: 'throttle-admin-api',
    files: {
      ...postgres,
      'tokens.json': { tokens: ['operator', 'auditor'] },
      'audit-token': secret('throttle-token'),
    },
  },
  {
    name: 'audit-writer',
    files: {
      ...postgres,
      'tokens.json': { tokens: ['auditor', 'operator', 'authz', 'throttle', 'reconcile'] },
      'signing.key.pem': secret('audit-signing.key.pem'),
      'url.pem': secret('audit-url.pem'),
    },
  },
  {
    name: 'query-api',
    files: {
      ...postgres,
      'tokens.json': { tokens: ['billing', 'operator', 'auditor'] },
      'signing.key.pem': secret('billing-signing.key.pem'),
      'audit-token': secret('reconcile-token'),
    },
  },
  {
    name: 'console',
    files: {
      'client-secret': secret('console-client-secret'),
      'session-key': secret('console-session-key'),
    },
  },
  { name: 'identity-provider', files: { 'client-secret': secret('console-client-secret') } },
  { name: 'door', dnsNames: [consoleHost, identityHost], files: {} },
  {
    name: 'sample-provider',
    files: {
      'nhs-ca.pem': nhs('ca.pem'),
      'provider.pem': nhs('provider.pem'),
      'provider.key.pem': nhs('provider.key.pem'),
    },
  },
  { name: 'postgres', files: { password: secret('postgres-password') } },
  { name: 'redis', files: {} },
  { name: 'kafka', files: {} },
  { name: 'directory', files: { 'admin-password': secret('directory-password') } },
  {
    name: 'sample',
    files: {
      'nhs-ca.pem': nhs('ca.pem'),
      ...Object.fromEntries(
        ['good', 'other', 'revoked', 'expired', 'untrusted', 'wrong-fqdn'].flatMap((who) =>
          [`consumer-${who}.pem`, `consumer-${who}.key.pem`].map((file) => [file, nhs(file)]),
        ),
      ),
      'audit-url.key.pem': secret('audit-url.key.pem'),
      'people.json': secret('people.json'),
    },
  },
];
