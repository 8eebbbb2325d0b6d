import { LimitsDocument } from './limits-document.ts';

/** The limits that hold where none were ever stated. No figures are published for the national proxy; these are this project's own. */
export const defaultLimits = LimitsDocument.parse({
  classes: {},
  costs: {},
  shares: { weights: {}, below: 0.5 },
  limits: [
    { id: 'consumers', per: 'consumer', perSecond: 500, burst: 1_000 },
    { id: 'providers', per: 'provider', perSecond: 200, burst: 400 },
    { id: 'national', per: 'global', perSecond: 3_000, burst: 6_000 },
    { id: 'provider-open', per: 'provider-in-flight', inFlight: 200 },
    { id: 'edge-open', per: 'edge-in-flight', inFlight: 2_000 },
  ],
});
