import { readFileSync } from 'node:fs';
import { type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { createService, type ListenAddress, startInternalListener } from '@ssp/service';
import { Provider } from 'oidc-provider';
import { type ProviderConfig } from './config.ts';
import { type SamplePerson, readPeople, whoHas } from './people.ts';
import { providerSettings } from './provider-settings.ts';
import { sendPage, pageHtml, signInHtml } from './provider-page.ts';
import { readKeys } from './signing-keys.ts';

const signInPath = /^\/sign-in\/[\w-]+$/;

/**
 * A small OpenID provider for the local stack: sample people, passwords, pages without scripts. Who is signed in it keeps in memory.
 * @returns where it listens
 */
export async function startIdentityProvider(
  config: ProviderConfig,
  resources: AsyncDisposableStack,
): Promise<ListenAddress & { readonly issuer: string }> {
  const people = await readPeople(config.folder);
  const keys = await readKeys(config.folder);
  // Its own address, which may be known only once it listens, is part of what it answers.
  const listening = Promise.withResolvers<RequestListener>();
  const address = await startInternalListener(
    config.listen,
    (req, res) => void listening.promise.then((handle) => handle(req, res)),
    createService('identity-provider', resources),
  );
  const issuer = config.issuer ?? `http://127.0.0.1:${address.port}`;
  const clientSecret = readFileSync(config.clientSecretFile, 'utf8').trim();
  const provider = new Provider(issuer, providerSettings({ ...config, clientSecret, people, keys }));
  const answer = provider.callback();
  listening.resolve((req, res) => {
    const handled = signInPath.test(req.url ?? '') ? signIn(provider, people, req, res) : answer(req, res);
    handled.catch(() => {
      if (res.headersSent) res.destroy();
      else
        sendPage(
          res,
          400,
          pageHtml('Sign in again', '<p>This sign-in cannot be gone on with. Begin it again.</p>'),
        );
    });
  });
  return { ...address, issuer };
}

/** Shows the form, and takes what it sends. Rejects where no sign-in is under way. */
async function signIn(
  provider: Provider,
  people: readonly SamplePerson[],
  req: IncomingMessage,
  res: ServerResponse,
): Promise<void> {
  const action = req.url ?? '';
  await provider.interactionDetails(req, res);
  if (req.method !== 'POST') return sendPage(res, 200, signInHtml(action, null));
  const form = new URLSearchParams(await text(req));
  const user = form.get('user') ?? '';
  const person = whoHas(people, user, form.get('password') ?? '');
  if (person === null) return sendPage(res, 401, signInHtml(action, user));
  return provider.interactionFinished(req, res, { login: { accountId: person.user } });
}
