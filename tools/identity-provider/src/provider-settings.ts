import { type Configuration } from 'oidc-provider';
import { type ProviderConfig } from './config.ts';
import { type SamplePerson } from './people.ts';
import { pageHeaders, pageHtml } from './provider-page.ts';
import { type Keys } from './signing-keys.ts';

const hoursSeconds = (hours: number) => hours * 3_600;

/** What the provider is made of: one client, the console, whose people are not asked for their consent. */
export function providerSettings({
  audience,
  consoleUrl,
  clientId,
  clientSecret,
  accessSeconds,
  people,
  keys,
}: Pick<ProviderConfig, 'audience' | 'consoleUrl' | 'clientId' | 'accessSeconds'> & {
  readonly clientSecret: string;
  readonly people: readonly SamplePerson[];
  readonly keys: Keys;
}): Configuration {
  const scope = 'openid profile';
  const claimsOf = (user: string) => {
    const person = people.find((one) => one.user === user);
    if (person === undefined) return {};
    return {
      name: person.name,
      ...(person.role !== null && { ssp_role: person.role }),
      ...(person.supplier !== null && { ssp_supplier: person.supplier }),
    };
  };
  return {
    clients: [
      {
        client_id: clientId,
        client_secret: clientSecret,
        redirect_uris: [`${consoleUrl}/sign-in/back`],
        post_logout_redirect_uris: [`${consoleUrl}/signed-out`],
        grant_types: ['authorization_code', 'refresh_token'],
        response_types: ['code'],
      },
    ],
    jwks: { keys: keys.jwks },
    cookies: { keys: keys.cookies },
    scopes: ['openid'],
    claims: { openid: ['sub'], profile: ['name', 'ssp_role', 'ssp_supplier'] },
    // Roles are told in the ID token itself, as the console reads them there.
    conformIdTokenClaims: false,
    pkce: { required: () => true },
    ttl: {
      AccessToken: accessSeconds,
      AuthorizationCode: 60,
      IdToken: hoursSeconds(1),
      Interaction: hoursSeconds(1),
      RefreshToken: hoursSeconds(12),
      Grant: hoursSeconds(12),
      Session: hoursSeconds(12),
    },
    findAccount: (_ctx, user) =>
      people.some((one) => one.user === user)
        ? { accountId: user, claims: () => ({ sub: user, ...claimsOf(user) }) }
        : undefined,
    extraTokenClaims: (_ctx, token) => ('accountId' in token ? claimsOf(token.accountId) : {}),
    issueRefreshToken: (_ctx, client) => client.grantTypeAllowed('refresh_token'),
    rotateRefreshToken: true,
    interactions: { url: (_ctx, { uid }) => `/sign-in/${uid}` },
    loadExistingGrant: async (ctx) => {
      const { session, client, provider } = ctx.oidc;
      if (session?.accountId === undefined || client === undefined) return undefined;
      const grantId = session.grantIdFor(client.clientId);
      const kept = grantId === undefined ? undefined : await provider.Grant.find(grantId);
      if (kept !== undefined) return kept;
      const grant = new provider.Grant({ clientId: client.clientId, accountId: session.accountId });
      grant.addOIDCScope(scope);
      grant.addResourceScope(audience, scope);
      await grant.save();
      return grant;
    },
    features: {
      devInteractions: { enabled: false },
      revocation: { enabled: true },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => audience,
        useGrantedResource: () => true,
        getResourceServerInfo: () => ({
          scope,
          audience,
          accessTokenFormat: 'jwt',
          accessTokenTTL: accessSeconds,
          jwt: { sign: { alg: 'RS256' } },
        }),
      },
      rpInitiatedLogout: {
        enabled: true,
        logoutSource: (ctx, form) => {
          ctx.set(pageHeaders);
          ctx.body = pageHtml(
            'Sign out?',
            `${form}<button type="submit" form="op.logoutForm" name="logout" value="yes" autofocus>Sign out</button><button type="submit" form="op.logoutForm">Stay signed in</button>`,
          );
        },
        postLogoutSuccessSource: (ctx) => {
          ctx.set(pageHeaders);
          ctx.body = pageHtml('You are signed out', '');
        },
      },
    },
    renderError: (ctx, { error }) => {
      ctx.set(pageHeaders);
      ctx.body = pageHtml('This cannot be done', `<p>${error.replaceAll(/[^a-z_]/g, '')}</p>`);
    },
  };
}
