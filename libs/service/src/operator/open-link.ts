import { type IncomingMessage, request as httpRequest, type RequestOptions } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { keepLinkFiles, type LinkFiles } from '../keep-link-files.ts';

/** Where another service of ours is, and by what it knows us. */
export type LinkConfig = LinkFiles & { readonly url: string };

/** Asks for a path, with its query, and gives the answer's head once it is 200; rejects for any other. */
export type Link = (path: string, options: RequestOptions, body?: string) => Promise<IncomingMessage>;

/** Reaches a service over connections that are closed after each answer: it is asked seldom. `name` is for our logs. */
export function openLink({ url, ...files }: LinkConfig, name: string): Link {
  const base = url.replace(/\/$/, '');
  const tls = new URL(base).protocol === 'https:' ? keepLinkFiles(files) : null;
  return async (path, options, body) => {
    const target = new URL(base + path);
    const outgoing =
      tls === null
        ? httpRequest(target, options)
        : httpsRequest(target, { ...options, ...tls(), agent: false });
    const response = await new Promise<IncomingMessage>((done, failed) => {
      outgoing.on('timeout', () => outgoing.destroy(new Error(`silent for ${options.timeout} ms`)));
      outgoing.on('error', failed);
      outgoing.on('response', done);
      outgoing.end(body);
    });
    if (response.statusCode === 200) return response;
    response.resume();
    throw new Error(`${name} answered ${response.statusCode ?? 0}`);
  };
}
