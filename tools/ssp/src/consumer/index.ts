/**
 * What a consumer system does to call a provider through the Spine Secure Proxy, to be read as the reference, in this
 * order. docs/consumer-guide.md says why.
 *
 * 1. Find the provider in the directory: by which queries (`directory-queries.ts`), over what,
 *    and what to make of the answers.
 */
export { type DirectoryAddress, openDirectory, type Search } from './directory.ts';
export {
  type QueryOrder,
  queryOrders,
  type RegisteredProvider,
  type Resolution,
  resolveProvider,
} from './resolve-provider.ts';
/** 2. Make a token that says who asks and why, a new one for every request. */
export { makeToken } from './make-token.ts';
export { tokenPurpose } from './token-purpose.ts';
/** 3. Put the provider's URL behind the edge's, and the four headers beside it. */
export { type Header, requestTarget, sspHeaders } from './proxied-request.ts';
/** 4. Send it over mutual TLS, and read who answered. */
export { type Answer, openEdge, type OutgoingBody } from './edge.ts';
export { whoAnswered } from './who-answered.ts';
