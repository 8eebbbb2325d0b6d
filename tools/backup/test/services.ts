import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import {
  ourEnvironment,
  ourProgram,
  type PostgresAddress,
  type ProgramEnvironment,
  runOurs,
} from '@ssp/testing';

/** The files that the audit is given, as in production. */
export type AuditFiles = {
  readonly signingKey: string;
  readonly verifyingKey: string;
  readonly urlKey: string;
  readonly tokens: string;
};

/** Runs a program of ours to its end. @throws Error with what it wrote where it did not end well */
export async function runWell(entry: string, args: readonly string[], env: ProgramEnvironment) {
  const ended = await runOurs(entry, args, env);
  if (ended.status !== 0) throw new Error(`${entry} ended with ${ended.status}: ${ended.out}${ended.err}`);
  return ended;
}

/** A database of this platform, the services that keep books in it, and how its jobs reach it. */
export function servicesOn(
  database: PostgresAddress,
  brokers: readonly string[],
  { files, checkpoints }: { readonly files: AuditFiles; readonly checkpoints: string },
) {
  const env = {
    POSTGRES_URL: database.urlWithoutPassword,
    POSTGRES_PASSWORD_FILE: database.passwordFile,
    KAFKA_BROKERS: brokers.join(','),
    LOG_LEVEL: 'warn',
  };
  const groups = { AUDIT_GROUP_ID: `audit-${randomUUID()}`, BILLING_GROUP_ID: `billing-${randomUUID()}` };
  return {
    env,
    migrate: async () => {
      for (const app of ['audit-writer', 'billing-aggregator'])
        await runWell(`apps/${app}/src/migrate.main.ts`, [], env);
    },
    /** Starts audit-writer and billing-aggregator as processes. */
    start: (resources: AsyncDisposableStack) => {
      const own = { ...env, ...groups, ADMIN_PORT: '0', LISTEN_PORT: '0' };
      const audit = {
        ...own,
        AUDIT_API_TOKENS_FILE: files.tokens,
        AUDIT_SIGNING_KEY_FILE: files.signingKey,
        AUDIT_CHECKPOINT_SECONDS: '1',
        AUDIT_CHECKPOINT_FOLDER: checkpoints,
        AUDIT_URL_KEY_FILE: files.urlKey,
      };
      const running = [
        startProgram('apps/audit-writer/src/main.ts', audit, resources),
        startProgram('apps/billing-aggregator/src/main.ts', own, resources),
      ];
      return { stop: () => Promise.all(running.map((program) => program.stop())) };
    },
  };
}

function startProgram(entry: string, env: ProgramEnvironment, resources: AsyncDisposableStack) {
  const [program, file] = ourProgram(entry);
  const child = spawn(program, [file], { env: ourEnvironment(env), stdio: 'ignore' });
  const ended = once(child, 'exit');
  resources.defer(() => void child.kill('SIGKILL'));
  return {
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
    },
  };
}
