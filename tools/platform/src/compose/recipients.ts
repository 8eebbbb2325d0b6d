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

/** What signs in to Postgres, by the name of its login, which is that in its certificate. */
export const postgresLogins = [
  'authz',
  'sync-sds',
  'authz-admin-api',
  'throttle',
  'throttle-admin-api',
  'audit-writer',
  'billing-aggregator',
  'query-api',
  'load',
  'migrate',
] as const;
const postgres = (login: (typeof postgresLogins)[number]) => ({
  'postgres-password': secret(`postgres-${login}-password`),
});

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
  { name: 'authz', files: postgres('authz') },
  {
    name: 'throttle',
    files: { ...postgres('throttle'), 'redis-password': secret('redis-password') },
  },
  { name: 'sync-sds', files: postgres('sync-sds') },
  { name: 'billing-aggregator', files: postgres('billing-aggregator') },
  { name: 'migrate', files: postgres('migrate') },
  { name: 'load', files: postgres('load') },
  // Kafka knows it as one who may do everything there.
  { name: 'jobs', files: {} },
  {
    name: 'authz-admin-api',
    files: {
      ...postgres('authz-admin-api'),
      'tokens.json': { tokens: ['operator', 'auditor'] },
      'audit-token': secret('authz-token'),
    },
  },
  {
    name: 'throttle-admin-api',
    files: {
      ...postgres('throttle-admin-api'),
      'tokens.json': { tokens: ['operator', 'auditor'] },
      'audit-token': secret('throttle-token'),
    },
  },
  {
    name: 'audit-writer',
    files: {
      ...postgres('audit-writer'),
      'tokens.json': { tokens: ['auditor', 'operator', 'authz', 'throttle', 'reconcile'] },
      'signing.key.pem': secret('audit-signing.key.pem'),
      'url.pem': secret('audit-url.pem'),
    },
  },
  {
    name: 'query-api',
    files: {
      ...postgres('query-api'),
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
  // And the job that makes the accounts, as the administrator, whose login has the server's name.
  {
    name: 'postgres',
    files: {
      password: secret('postgres-password'),
      ...Object.fromEntries(
        postgresLogins.map((login) => [`${login}.password`, secret(`postgres-${login}-password`)]),
      ),
    },
  },
  { name: 'redis', files: { password: secret('redis-password') } },
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
