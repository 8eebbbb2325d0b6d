import { keepLinkFiles, type LinkFiles, type LinkTls } from './keep-link-files.ts';

/**
 * Reads them as options of such a connection, which is of TLS 1.2 or later. For a client that copies its options at each connection, as
 * those of Kafka, Postgres and Redis do: what they copy is what the files hold then. Throws where one cannot be read.
 */
export function readLinkFiles(files: LinkFiles): LinkTls {
  const current = keepLinkFiles(files);
  return {
    minVersion: 'TLSv1.2',
    get ca() {
      return current().ca;
    },
    get cert() {
      return current().cert;
    },
    get key() {
      return current().key;
    },
  };
}
