import { type BearerRoleOf, readBearerRoles } from './bearer-roles.ts';
import { type CallerOf } from './caller.ts';
import { type OpenIdConfig } from './open-id/open-id-environment.ts';
import { tokenReader } from './open-id/read-access-token.ts';

/** What callers are known by. */
export type CallerConfig = {
  /** JSON object from role to the bearer token of the machines that have it. */
  readonly tokensFile: string;
  /** Whose access tokens people come with; null where none come. */
  readonly openId: OpenIdConfig | null;
};

/**
 * Knows machines by the tokens of the file, and people by access tokens of the identity provider, which is asked for its keys when the
 * first of these comes.
 * @throws Error naming the file when it is none of tokens
 */
export function readCallers({ tokensFile, openId }: CallerConfig): CallerOf {
  const roleOf: BearerRoleOf = readBearerRoles(tokensFile);
  const readToken = openId === null ? null : tokenReader(openId);
  return async (authorization) => {
    const token = /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1];
    if (token === undefined) return null;
    const role = roleOf(token);
    if (role !== null) return { role, name: role, subject: null, supplier: null };
    return readToken === null ? null : readToken(token);
  };
}
