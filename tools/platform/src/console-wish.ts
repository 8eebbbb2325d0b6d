import { type PlanContext, type ServiceWish } from './plan.ts';
import { type Addresses } from './addresses.ts';
import { type ProcessPlan } from './supervise.ts';

/** Where browsers have the console. */
export const consoleUrlOf = ({ console }: Addresses) => `http://127.0.0.1:${console}`;

/** The console, whose live state asks `watched`. */
export function consoleWish(
  { backing, secrets }: PlanContext,
  addresses: Addresses,
  issuer: string,
  watched: readonly ProcessPlan[],
): ServiceWish {
  return {
    name: 'console',
    entry: 'apps/console/src/main.ts',
    adminPort: 9107,
    env: {
      LISTEN_PORT: String(addresses.console),
      BILLING_API_URL: `http://127.0.0.1:${addresses.billingApi}`,
      KAFKA_BROKERS: backing.kafka.brokers.join(','),
      CONSOLE_URL: consoleUrlOf(addresses),
      CONSOLE_SESSION_KEY_FILE: secrets.sessionKeyFile,
      OIDC_ISSUER: issuer,
      OIDC_CLIENT_ID: 'ssp-console',
      OIDC_CLIENT_SECRET_FILE: secrets.clientSecretFile,
      AUDIT_API_URL: `http://127.0.0.1:${addresses.auditApi}`,
      AUTHZ_API_URL: `http://127.0.0.1:${addresses.authzApi}`,
      THROTTLE_API_URL: `http://127.0.0.1:${addresses.throttleApi}`,
      CONSOLE_SERVICES: watched
        .flatMap(({ name, adminUrl }) => (adminUrl === null ? [] : [`${name}=${adminUrl}`]))
        .join(','),
    },
  };
}
