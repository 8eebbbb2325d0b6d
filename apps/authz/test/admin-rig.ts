import { createService, readConfig } from '@ssp/service';
import { backingServices } from '@ssp/testing/vitest';
import { mkdtempDisposable, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AdminApiConfig } from '../src/admin-api-config.ts';
import { startAdminApi } from '../src/admin-api.ts';
import { type Rig } from './rig.ts';

export const tokens = { operator: 'o'.repeat(32), auditor: 'a'.repeat(32), billing: 'b'.repeat(32) };

export type Asked = {
  readonly method?: string;
  readonly body?: unknown;
  readonly token?: string | null;
  readonly headers?: Readonly<Record<string, string>>;
};

/** Starts the operator API as the process does, on any free port; asks as an operator unless told otherwise. */
export async function startAdmin(
  rig: Rig,
  resources: AsyncDisposableStack,
  overrides: Readonly<Record<string, string>> = {},
) {
  const directory = resources.use(await mkdtempDisposable(join(tmpdir(), 'admin-')));
  const tokensFile = join(directory.path, 'tokens.json');
  await writeFile(tokensFile, JSON.stringify(tokens));
  const service = createService('authz-admin-api', resources);
  const { port } = await startAdminApi(
    readConfig(AdminApiConfig, {
      ...rig.postgresEnvironment,
      POSTGRES_ROLE: 'ssp_authz_write',
      KAFKA_BROKERS: backingServices().kafka.brokers.join(','),
      AUTHZ_API_TOKENS_FILE: tokensFile,
      LISTEN_PORT: '0',
      ...overrides,
    }),
    service,
  );
  service.health.started();
  const send = ({ method, body, token = tokens.operator, headers = {} }: Asked, path: string) =>
    fetch(`http://127.0.0.1:${port}${path}`, {
      method: method ?? (body === undefined ? 'GET' : 'POST'),
      headers: { ...(token !== null && { authorization: `Bearer ${token}` }), ...headers },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
  const ask = async (path: string, asked: Asked = {}) => {
    const answer = await send(asked, path);
    return { status: answer.status, headers: answer.headers, body: await answer.json() };
  };
  return { service, port, ask };
}
