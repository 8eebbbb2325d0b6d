import { type RequestListener } from 'node:http';
import { createServer, type Server, type ServerOptions } from 'node:https';
import { keepLinkFiles, type LinkFiles } from './keep-link-files.ts';
import { type Service } from './service.ts';
import { watchFiles } from './watch-files.ts';

/** Of Node's two minutes one who connects and says nothing would have most used up that a stop has for what is under way. */
const handshakeTimeout = 5_000;

/**
 * A server of TLS 1.2 or later by these files. Renewed, they hold for the next connection; those that stand are not touched. `what` they are
 * is for the log.
 */
export function createTlsServer(
  { what, ...files }: LinkFiles & { readonly what: string },
  options: ServerOptions,
  handler: RequestListener,
  { log, resources }: Pick<Service, 'log' | 'resources'>,
): Server {
  const named = [files.caFile, files.certFile, files.keyFile].filter((file) => file !== null);
  watchFiles({ what, files: named }, () => server.setSecureContext(keepLinkFiles(files)()), log, resources);
  const server = createServer({ handshakeTimeout, ...options, ...keepLinkFiles(files)() }, handler);
  return server;
}
