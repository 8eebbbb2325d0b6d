import { Refusal } from '@ssp/spine';
import { type Stage } from '../exchange.ts';

/** Refuses whatever comes unencrypted to the TLS port (spec 4.3, 7.2). */
export function refusePlainHttp(): Stage {
  return () => {
    throw new Refusal('plain-http-on-tls-port');
  };
}
