import { IncomingMessage, ServerResponse } from 'node:http';
import { type Express } from 'express';

/**
 * The classes of which a server makes the messages it hands to `app`. Express gives every request and response its own
 * prototype when they reach it, which turns them into objects of another kind in the middle of their life and makes all that Node does with
 * them afterwards slower; these have it from the start.
 */
export function expressMessages(app: Express) {
  class AppRequest extends IncomingMessage {}
  class AppResponse extends ServerResponse {}
  Object.setPrototypeOf(AppRequest.prototype, app.request);
  Object.setPrototypeOf(AppResponse.prototype, app.response);
  Reflect.set(app, 'request', AppRequest.prototype);
  Reflect.set(app, 'response', AppResponse.prototype);
  return { IncomingMessage: AppRequest, ServerResponse: AppResponse };
}
