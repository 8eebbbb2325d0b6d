import { keepLinkFiles, type LinkFiles } from '@ssp/service';
import { buildConnector } from 'undici';

/** Connects with what the files hold at that moment: renewed certificates are taken without a restart. Throws where they cannot be read at first. */
export function renewedConnector(files: LinkFiles): buildConnector.connector {
  const current = keepLinkFiles(files);
  let tls = current();
  let connect = buildConnector(tls);
  return (options, callback) => {
    const now = current();
    if (now !== tls) [tls, connect] = [now, buildConnector(now)];
    connect(options, callback);
  };
}
