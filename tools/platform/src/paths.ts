import { join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where the local platform keeps its things. */
export type PlatformPaths = ReturnType<typeof platformPaths>;

/** The repository this file belongs to. */
export const repositoryRoot = fileURLToPath(new URL('../../..', import.meta.url)).replace(/\/$/, '');

/** The layout of `.local`, or of another directory that takes its place. */
export function platformPaths(root: string, dir: string) {
  const local = resolve(root, dir);
  return {
    root,
    /** As people see it. */
    shown: relative(root, local),
    card: join(local, 'platform.json'),
    pki: join(local, 'pki'),
    secrets: join(local, 'secrets'),
    /** Keys and people of the identity provider. */
    identity: join(local, 'identity'),
    logs: join(local, 'logs'),
    /** Copies of what the audit has signed. */
    checkpoints: join(local, 'audit-checkpoints'),
    backing: join(local, 'backing'),
    leash: join(local, 'leash'),
    sample: join(local, 'sample'),
    edgeSpool: join(local, 'edge-spool'),
  };
}
