import {
  connectKafka,
  PublisherClosedError,
  PublisherFullError,
  PublishTimeoutError,
  startPublisher,
} from '@ssp/kafka';
import { type Service } from '@ssp/service';
import { type ErrorRequestHandler, type RequestHandler, type Router } from 'express';
import { type Render } from '../render.ts';
import { checkForm } from './check-form.ts';
import { cookieJar } from './cookies.ts';
import { sessionKeeper } from './keep-session.ts';
import { connectOpenId, ProviderAwayError } from './open-id-client.ts';
import { sessionRenewer } from './renew-session.ts';
import { requirePerson } from './require-person.ts';
import { readSeal } from './seal.ts';
import { signInNotices } from './show-notice.ts';
import { type SignInConfig } from './sign-in-config.ts';
import { signInRoutes } from './sign-in-routes.ts';
import { signOut } from './sign-out.ts';
import { actTeller } from './tell-act.ts';

/** The parts of the sign-in, in the order in which requests come by them; forms are read between the second and the third. */
export type SignIn = {
  readonly routes: Router;
  readonly requirePerson: RequestHandler;
  readonly checkForm: RequestHandler;
  /** For POST /sign-out. */
  readonly signOut: RequestHandler;
  /** Says it when the provider or the audit cannot be reached; other errors it passes on. */
  readonly renderAway: ErrorRequestHandler;
};

/** Lets people sign in at an identity provider. Throws where a file is not what it should be. */
export function createSignIn(config: SignInConfig, render: Render, service: Service): SignIn {
  const { log, resources } = service;
  const isSecure = config.origin.startsWith('https:');
  const seal = readSeal(config.sessionKeyFile);
  const openId = connectOpenId(config, resources);
  const publisher = startPublisher(connectKafka(config.kafka, log), {}, log, service.metrics, resources);
  const keeper = sessionKeeper(cookieJar('ssp-session', isSecure), seal, config);
  const show = signInNotices(render);
  const tell = actTeller(publisher);
  const context = { openId, keeper, attempts: cookieJar('ssp-sign-in', isSecure), seal, tell, show, log };
  const renewer = sessionRenewer(openId);
  const { handler, sessionOf } = requirePerson(keeper, renewer, show, service);
  return {
    routes: signInRoutes(context),
    requirePerson: handler,
    checkForm: checkForm(config.origin, sessionOf, show),
    signOut: signOut(context, renewer, sessionOf),
    renderAway: (error: unknown, _req, res, next) => {
      const isAway = error instanceof ProviderAwayError;
      if (res.headersSent || !(isAway || isUntold(error))) return next(error);
      log.error(
        { err: error },
        isAway ? 'the identity provider is away' : 'what a person does cannot be audited',
      );
      return show(res, {
        status: 503,
        title: 'This cannot be done now',
        text: isAway
          ? 'The identity provider, where people sign in, does not answer. Try again in a few minutes.'
          : 'It cannot be noted in the audit at the moment, so it was not done. Try again in a few minutes.',
        link: { text: 'Try again', href: '/' },
      });
    },
  };
}

function isUntold(error: unknown): boolean {
  return (
    error instanceof PublishTimeoutError ||
    error instanceof PublisherFullError ||
    error instanceof PublisherClosedError
  );
}
