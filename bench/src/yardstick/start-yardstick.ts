import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Leash, pkiPaths } from '@ssp/testing';
import { type SampleRequest } from '../load/sample-request.ts';
import { benchPaths, benchProgram, repositoryRoot } from '../paths.ts';
import { type PlatformCard } from '../platform/platform-card.ts';
import { freePorts } from './free-port.ts';
import { nginxConfig } from './nginx-config.ts';
import { untilOpen } from './until-open.ts';

/** nginx and its authz services, running. */
export type Yardstick = {
  readonly nginxPid: number;
  readonly authzPids: { readonly http: number; readonly express: number };
  /** nginx with no questions asked, and with each of the authz services. */
  readonly urls: { readonly alone: string; readonly http: string; readonly express: string };
};

/** Starts nginx with the platform's certificates, towards the platform's provider. It ends with the leash. */
export async function startYardstick(
  parts: {
    readonly nginx: string;
    readonly card: PlatformCard;
    readonly request: SampleRequest;
    readonly leash: Leash;
  },
  signal: AbortSignal,
): Promise<Yardstick> {
  const { card, request, leash } = parts;
  const [provider] = card.providers;
  if (provider === undefined) throw new Error('the platform has no provider');
  const workDir = join(benchPaths.work, 'nginx');
  await mkdir(workDir, { recursive: true });
  const crlFile = join(workDir, 'crls.pem');
  const crls = await Promise.all(card.pki.crls.map((crl) => readFile(file(crl), 'utf8')));
  await writeFile(crlFile, crls.join('\n'));

  const [alone = 0, http = 0, express = 0, authzHttp = 0, authzExpress = 0] = await freePorts(5);
  const configFile = join(workDir, 'nginx.conf');
  const { edgeServer, edgeClient } = pkiPaths(dirname(file(card.pki.ca)));
  await writeFile(
    configFile,
    nginxConfig({
      workDir,
      certFile: edgeServer.cert,
      keyFile: edgeServer.key,
      caFile: file(card.pki.ca),
      crlFile,
      clientCertFile: edgeClient.cert,
      clientKeyFile: edgeClient.key,
      providerAddress: provider.address,
      ports: { alone, http, express },
      authzPorts: { http: authzHttp, express: authzExpress },
    }),
  );
  const { headers, endpoint } = request;
  const rule = [
    card.consumers.good.fqdn,
    headers['Ssp-From'] ?? '',
    headers['Ssp-To'] ?? '',
    headers['Ssp-InteractionID'] ?? '',
    endpoint,
  ];
  const startAuthz = (kind: string, port: number) =>
    leash.spawn(process.execPath, [benchProgram(`yardstick/authz-${kind}.main.ts`), String(port), ...rule], {
      name: `authz-${kind}`,
      output: { file: join(workDir, `authz-${kind}.log`) },
    });
  const [byHttp, byExpress, nginx] = await Promise.all([
    startAuthz('http', authzHttp),
    startAuthz('express', authzExpress),
    leash.spawn(parts.nginx, ['-p', workDir, '-c', configFile, '-e', join(workDir, 'error.log')], {
      name: 'nginx',
      output: { file: join(workDir, 'nginx.log') },
    }),
  ]);
  await Promise.all([
    untilOpen(authzHttp, 'authz on node:http', signal),
    untilOpen(authzExpress, 'authz on express', signal),
    ...[alone, http, express].map((port) => untilOpen(port, 'nginx', signal)),
  ]);
  return {
    nginxPid: nginx.pid,
    authzPids: { http: byHttp.pid, express: byExpress.pid },
    urls: {
      alone: `https://127.0.0.1:${alone}`,
      http: `https://127.0.0.1:${http}`,
      express: `https://127.0.0.1:${express}`,
    },
  };
}

function file(path: string): string {
  return join(repositoryRoot, path);
}
