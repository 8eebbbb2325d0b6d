import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';

const root = new URL('../../../../', import.meta.url);

/** What is left out stays undefined: whether it may be, the tests say. */
const Service = z.object({
  image: z.string(),
  build: z.object({ target: z.string().optional(), dockerfile: z.string().optional() }).optional(),
  user: z.string().optional(),
  read_only: z.boolean().optional(),
  privileged: z.boolean().optional(),
  cap_drop: z.array(z.string()).default([]),
  cap_add: z.array(z.string()).default([]),
  security_opt: z.array(z.string()).default([]),
  devices: z.array(z.unknown()).default([]),
  pid: z.string().optional(),
  ipc: z.string().optional(),
  restart: z.string().optional(),
  logging: z.object({ options: z.record(z.string(), z.string()) }).optional(),
  deploy: z
    .object({
      resources: z.object({
        limits: z.object({ cpus: z.string(), memory: z.string(), pids: z.int() }).partial(),
      }),
    })
    .optional(),
  healthcheck: z
    .object({
      disable: z.boolean().default(false),
      test: z.union([z.string(), z.array(z.string())]).optional(),
    })
    .optional(),
  profiles: z.array(z.string()).default([]),
  environment: z.record(z.string(), z.union([z.string(), z.number()]).transform(String)).prefault({}),
  volumes: z.array(z.string()).default([]),
  ports: z.array(z.string()).default([]),
  network_mode: z.string().optional(),
  networks: z
    .union([z.array(z.string()), z.record(z.string(), z.unknown()).transform((it) => Object.keys(it))])
    .default([]),
  depends_on: z.record(z.string(), z.object({ condition: z.string() })).prefault({}),
});
const ComposeFile = z.object({
  services: z.record(z.string(), Service),
  networks: z.record(z.string(), z.object({ internal: z.boolean().default(false) })),
  volumes: z.record(z.string(), z.unknown()),
});

export type ComposeService = z.output<typeof Service> & {
  readonly name: string;
  /** It does its work and ends. */
  readonly isJob: boolean;
};

/** The compose file, with what its anchors stand for. */
export function readComposeFile() {
  const { services, networks, volumes } = ComposeFile.parse(
    parse(readFileSync(new URL('docker-compose.yml', root), 'utf8'), { merge: true, maxAliasCount: -1 }),
  );
  return {
    services: Object.entries(services).map(([name, service]): ComposeService => ({
      ...service,
      name,
      isJob: service.restart === 'no',
    })),
    networks,
    volumes: Object.keys(volumes),
  };
}

/** What the stages of a Dockerfile say, each with what the stages say that it stands on. */
export function readStages(dockerfile: string): ReadonlyMap<string, string> {
  const stages = new Map<string, string>();
  for (const part of readFileSync(new URL(dockerfile, root), 'utf8').split(/^(?=FROM )/m)) {
    const [, base = '', name = ''] = /^FROM (\S+)(?: AS (\S+))?/.exec(part) ?? [];
    stages.set(name, `${stages.get(base) ?? ''}${part}`);
  }
  return stages;
}
