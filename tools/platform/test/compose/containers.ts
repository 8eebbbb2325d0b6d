import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { repositoryRoot } from '../../src/paths.ts';

const run = promisify(execFile);

const Network = z.object({
  Name: z.string(),
  Internal: z.boolean(),
  Containers: z.record(z.string(), z.object({ Name: z.string() })),
});
const Ports = z.record(
  z.string(),
  z.array(z.object({ HostIp: z.string(), HostPort: z.string() })).nullable(),
);
const Container = z.object({
  Config: z.object({ User: z.string(), Labels: z.record(z.string(), z.string()) }),
  State: z.object({
    Status: z.string(),
    ExitCode: z.int(),
    Health: z.object({ Status: z.string() }).optional(),
  }),
  HostConfig: z.object({
    ReadonlyRootfs: z.boolean(),
    Privileged: z.boolean(),
    CapDrop: z.array(z.string()).nullable(),
    SecurityOpt: z.array(z.string()).nullable(),
    Memory: z.int(),
    NanoCpus: z.int(),
    PidsLimit: z.int().nullable(),
  }),
  Mounts: z.array(z.object({ Type: z.string(), Name: z.string().optional(), Destination: z.string() })),
  NetworkSettings: z.object({ Ports, Networks: z.record(z.string(), z.unknown()) }),
});
type Container = z.output<typeof Container> & { readonly service: string };

/** The platform of the compose file as a project of its own, on ports of its own. */
export function composeProject(project: string, environment: Readonly<Record<string, string>>) {
  const options = {
    cwd: repositoryRoot,
    // oxlint-disable-next-line node/no-process-env -- where docker finds its engine and its plugins
    env: { ...process.env, COMPOSE_BAKE: 'false', ...environment },
    maxBuffer: 64 * 1024 * 1024,
  };
  const docker = async (...args: readonly string[]) => (await run('docker', args, options)).stdout;
  const ours = `label=com.docker.compose.project=${project}`;
  return {
    compose: (...args: readonly string[]) => docker('compose', '--project-name', project, ...args),
    /** Runs lines of the guide in a folder; `docker compose` means this project there. */
    lines: (script: string, folder: string) =>
      run('bash', ['-ec', script], {
        ...options,
        cwd: folder,
        env: {
          ...options.env,
          COMPOSE_PROJECT_NAME: project,
          COMPOSE_FILE: join(repositoryRoot, 'docker-compose.yml'),
        },
      }),
    containers: async (): Promise<readonly Container[]> => {
      const ids = lines(await docker('ps', '--all', '--quiet', '--filter', ours));
      const found = z.array(Container).parse(JSON.parse(await docker('inspect', ...ids)));
      return found.map((it) => ({
        ...it,
        service: it.Config.Labels['com.docker.compose.service'] ?? '',
      }));
    },
    networks: async () => {
      const ids = lines(await docker('network', 'ls', '--quiet', '--filter', ours));
      return z.array(Network).parse(JSON.parse(await docker('network', 'inspect', ...ids)));
    },
    /** Everything of the project that the engine still has. */
    leftOver: async (): Promise<readonly string[]> => {
      const kinds = [
        ['ps', '--all'],
        ['volume', 'ls'],
        ['network', 'ls'],
      ];
      const found = await Promise.all(
        kinds.map(async (kind) => lines(await docker(...kind, '--quiet', '--filter', ours))),
      );
      return found.flat();
    },
  };
}

export type ComposeProject = ReturnType<typeof composeProject>;

/** Those of a program's output. */
export function lines(text: string): readonly string[] {
  return text.split('\n').filter((line) => line !== '');
}
