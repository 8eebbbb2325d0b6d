import { join } from 'node:path';
import { type BackingServices, type DevelopmentPki } from '@ssp/testing';
import { type PlatformPaths } from './paths.ts';
import { type Secrets } from './secrets.ts';
import { type ProcessPlan } from './supervise.ts';

/** What the plans are made of. */
export type PlanContext = {
  readonly paths: PlatformPaths;
  readonly pki: DevelopmentPki;
  readonly backing: BackingServices;
  readonly secrets: Secrets;
  readonly port: (wished: number) => Promise<number>;
  /** What every process inherits of the person's environment. */
  readonly inherited: Readonly<Record<string, string>>;
  /** Hosts that the person wants dialled elsewhere, beside ours. */
  readonly connectTo: string;
};

/** A service as it is to be run, on any admin port. */
export type ServiceWish = {
  readonly name: string;
  readonly entry: string;
  readonly adminPort: number;
  readonly env: Readonly<Record<string, string>>;
  readonly nodeArgs?: readonly string[];
};

export async function servicePlan(context: PlanContext, wish: ServiceWish): Promise<ProcessPlan> {
  const adminPort = await context.port(wish.adminPort);
  return {
    ...jobPlan(context, wish),
    args: [...(wish.nodeArgs ?? []), join(context.paths.root, wish.entry)],
    env: { ...context.inherited, ...wish.env, ADMIN_PORT: String(adminPort) },
    adminUrl: `http://127.0.0.1:${adminPort}`,
  };
}

export function jobPlan(context: PlanContext, wish: Omit<ServiceWish, 'adminPort'>): ProcessPlan {
  return {
    name: wish.name,
    args: [join(context.paths.root, wish.entry)],
    env: { ...context.inherited, ...wish.env },
    adminUrl: null,
    logFile: join(context.paths.logs, `${wish.name}.log`),
    givesWay: false,
  };
}

export const postgresEnv = ({ backing }: PlanContext) => ({
  POSTGRES_URL: backing.postgres.urlWithoutPassword,
  POSTGRES_PASSWORD_FILE: backing.postgres.passwordFile,
});
