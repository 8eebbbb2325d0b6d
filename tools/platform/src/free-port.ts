import { findFreePort, reservePort } from '@ssp/testing';

/**
 * Chooses ports that are this platform's for as long as `resources` live, so that none beside it takes one before a service listens there;
 * the wished one where it can be had, and none twice.
 */
export function createPortChooser(resources: AsyncDisposableStack): (wished: number) => Promise<number> {
  return async (wished) => {
    let port = wished;
    while (!(await reservePort(port, resources))) port = await findFreePort();
    return port;
  };
}
