import { edgeFiles } from '@ssp/testing';
import { type Addresses } from './addresses.ts';
import { consoleUrlOf, consoleWish } from './console-wish.ts';
import { jobPlan, type PlanContext, postgresEnv, servicePlan } from './plan.ts';
import { type ProcessPlan } from './supervise.ts';

const kafkaEnv = ({ backing }: PlanContext) => ({ KAFKA_BROKERS: backing.kafka.brokers.join(',') });

const sdsEnv = ({ backing, pki }: PlanContext) => ({
  SDS_URL: backing.ldap.url,
  SDS_BASE_DN: backing.ldap.baseDn,
  SDS_CA_FILE: backing.ldap.caFile,
  SDS_CERT_FILE: pki.sdsClient.cert,
  SDS_KEY_FILE: pki.sdsClient.key,
});

export type PlatformPlans = {
  readonly addresses: Addresses;
  /** They wait for one another by themselves, so all may start at once. */
  readonly plans: readonly ProcessPlan[];
};

/** Every long-lived process of the platform; `providerHosts` are the hosts that the sample provider stands for. */
export async function processPlans(
  context: PlanContext,
  providerHosts: readonly string[],
): Promise<PlatformPlans> {
  const { pki, port, secrets } = context;
  const authz = await port(7001);
  const throttle = await port(7002);
  const addresses: Addresses = {
    edgeHttps: await port(8443),
    edgeHttp: await port(8080),
    provider: await port(9443),
    auditApi: await port(7003),
    billingApi: await port(7005),
    authzApi: await port(7006),
    throttleApi: await port(7007),
    console: await port(3000),
    identityProvider: await port(9444),
  };
  const tokens = secrets.tokensFile;
  const openId = {
    OIDC_ISSUER: `http://127.0.0.1:${addresses.identityProvider}`,
    OIDC_AUDIENCE: 'urn:ssp:apis',
  };
  const connectTo = providerHosts.map((host) => `${host}:443:127.0.0.1:${addresses.provider}`);
  const background = await Promise.all([
    servicePlan(context, {
      name: 'sync-sds',
      entry: 'apps/authz/src/sync-sds.main.ts',
      adminPort: 9108,
      env: { ...postgresEnv(context), POSTGRES_ROLE: 'ssp_authz_write', ...sdsEnv(context) },
    }),
    servicePlan(context, {
      name: 'authz-admin-api',
      entry: 'apps/authz/src/admin-api.main.ts',
      adminPort: 9109,
      env: {
        ...postgresEnv(context),
        ...kafkaEnv(context),
        POSTGRES_ROLE: 'ssp_authz_write',
        LISTEN_PORT: String(addresses.authzApi),
        AUTHZ_API_TOKENS_FILE: tokens,
        ...openId,
        AUDIT_API_URL: `http://127.0.0.1:${addresses.auditApi}`,
        AUDIT_API_TOKEN_FILE: secrets.authzTokenFile,
      },
    }),
    servicePlan(context, {
      name: 'throttle-admin-api',
      entry: 'apps/throttle/src/admin-api.main.ts',
      adminPort: 9110,
      env: {
        ...postgresEnv(context),
        ...kafkaEnv(context),
        POSTGRES_ROLE: 'ssp_throttle_write',
        LISTEN_PORT: String(addresses.throttleApi),
        THROTTLE_API_TOKENS_FILE: tokens,
        ...openId,
        THROTTLE_URL: `http://127.0.0.1:${throttle}`,
        AUDIT_API_URL: `http://127.0.0.1:${addresses.auditApi}`,
        AUDIT_API_TOKEN_FILE: secrets.throttleTokenFile,
      },
    }),
    servicePlan(context, {
      name: 'audit-writer',
      entry: 'apps/audit-writer/src/main.ts',
      adminPort: 9104,
      nodeArgs: roomyYoungSpace,
      env: {
        ...postgresEnv(context),
        ...kafkaEnv(context),
        POSTGRES_ROLE: 'ssp_audit_writer',
        LISTEN_PORT: String(addresses.auditApi),
        AUDIT_API_TOKENS_FILE: tokens,
        ...openId,
        AUDIT_SIGNING_KEY_FILE: secrets.auditSigningKeyFile,
        AUDIT_CHECKPOINT_FOLDER: context.paths.checkpoints,
        AUDIT_URL_KEY_FILE: secrets.auditUrlKeyFile,
      },
    }),
    servicePlan(context, {
      name: 'billing-aggregator',
      entry: 'apps/billing-aggregator/src/main.ts',
      adminPort: 9105,
      env: { ...postgresEnv(context), ...kafkaEnv(context), POSTGRES_ROLE: 'ssp_billing_aggregator' },
    }),
    servicePlan(context, {
      name: 'query-api',
      entry: 'apps/billing-aggregator/src/query-api.main.ts',
      adminPort: 9106,
      env: {
        ...postgresEnv(context),
        ...kafkaEnv(context),
        POSTGRES_ROLE: 'ssp_billing_books',
        BILLING_SIGNING_KEY_FILE: secrets.billingSigningKeyFile,
        LISTEN_PORT: String(addresses.billingApi),
        BILLING_API_TOKENS_FILE: tokens,
        ...openId,
        AUDIT_API_URL: `http://127.0.0.1:${addresses.auditApi}`,
        AUDIT_API_TOKEN_FILE: secrets.reconcileTokenFile,
      },
    }),
  ]);
  const provider: ProcessPlan = jobPlan(context, {
    name: 'sample-provider',
    entry: 'tools/sample-provider/src/main.ts',
    env: {
      PROVIDER_PORT: String(addresses.provider),
      PROVIDER_CERT_FILE: pki.provider.cert,
      PROVIDER_KEY_FILE: pki.provider.key,
      PROVIDER_CA_FILE: pki.ca,
      PROVIDER_SSP_FQDN: pki.edgeClient.fqdn,
    },
  });
  const identity: ProcessPlan = jobPlan(context, {
    name: 'identity-provider',
    entry: 'tools/identity-provider/src/main.ts',
    env: {
      LISTEN_PORT: String(addresses.identityProvider),
      IDENTITY_FOLDER: context.paths.identity,
      IDENTITY_AUDIENCE: openId.OIDC_AUDIENCE,
      IDENTITY_CONSOLE_URL: consoleUrlOf(addresses),
      IDENTITY_CLIENT_SECRET_FILE: secrets.clientSecretFile,
    },
  });
  const decision = await servicePlan(context, {
    name: 'authz',
    entry: 'apps/authz/src/main.ts',
    adminPort: 9102,
    env: { ...postgresEnv(context), POSTGRES_ROLE: 'ssp_authz_read', LISTEN_PORT: String(authz) },
  });
  const limits = await servicePlan(context, {
    name: 'throttle',
    entry: 'apps/throttle/src/main.ts',
    adminPort: 9103,
    env: {
      LISTEN_PORT: String(throttle),
      REDIS_URL: context.backing.redis.url,
      ...postgresEnv(context),
      POSTGRES_ROLE: 'ssp_throttle_read',
    },
  });
  const edge = await servicePlan(context, {
    name: 'edge',
    entry: 'apps/edge/src/main.ts',
    adminPort: 9101,
    nodeArgs: [...roomyYoungSpace, ...ownInspectorPort],
    env: {
      ...kafkaEnv(context),
      EDGE_HOST: '127.0.0.1',
      // One developer, no load balancer that would have to notice.
      EDGE_DRAIN_GRACE_MS: '0',
      EDGE_HTTPS_PORT: String(addresses.edgeHttps),
      EDGE_HTTP_PORT: String(addresses.edgeHttp),
      ...edgeFiles(pki),
      EDGE_SPOOL_DIR: context.paths.edgeSpool,
      // The person's last: a host that both name is dialled where the person says.
      EDGE_CONNECT_TO: [...connectTo, context.connectTo].filter((entry) => entry !== '').join(','),
      EDGE_AUTHZ_URL: `http://127.0.0.1:${authz}`,
      EDGE_THROTTLE_URL: `http://127.0.0.1:${throttle}`,
    },
  });
  const pages = await servicePlan(
    context,
    consoleWish(context, addresses, openId.OIDC_ISSUER, [edge, decision, limits, ...background]),
  );
  const behind = [...background, pages].map((plan) => ({ ...plan, givesWay: true }));
  return { addresses, plans: [...behind, { ...identity, givesWay: true }, provider, decision, limits, edge] };
}

// Most of what these two allocate dies within a request: a larger young space, from the start since V8 enlarges it only slowly,
// saves about a tenth of their CPU.
const roomyYoungSpace = ['--min-semi-space-size=64', '--max-semi-space-size=64'];
// Shut until a profile asks by signal; on a port of its own, since Node's usual one may be another process's.
const ownInspectorPort = ['--inspect-port=0'];
