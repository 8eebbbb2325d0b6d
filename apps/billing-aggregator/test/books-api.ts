import { startStubIssuer } from '@ssp/testing';
import { booksRig } from './books-rig.ts';

/** Books, and the query API on them, which knows people by an identity provider. */
export async function booksApi(resources: AsyncDisposableStack) {
  const books = await booksRig(resources);
  const { issuer, audience, token: tokenOf } = await startStubIssuer(resources);
  const api = await books.startApi({ issuer, audience, caFile: null }, books.signingKeyFile);
  const ask = (path: string, token: string, body?: unknown, headers: Record<string, string> = {}) =>
    fetch(`${api}${path}`, {
      headers: { authorization: `Bearer ${token}`, ...headers },
      ...(body !== undefined && { method: 'POST', body: JSON.stringify(body) }),
    });
  const askHead = (path: string, token: string) =>
    fetch(`${api}${path}`, { method: 'HEAD', headers: { authorization: `Bearer ${token}` } });
  const person = (role: string, supplier?: string) =>
    tokenOf({ ssp_role: role, ...(supplier !== undefined && { ssp_supplier: supplier }) });
  return { ...books, ask, askHead, person };
}
