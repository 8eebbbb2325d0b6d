/** Consumers and providers that ask and are asked; the suppliers are four. */
export type Spread = { readonly consumers: number; readonly providers: number };

/** As many as a national directory has. */
export const nationalSpread: Spread = { consumers: 40_000, providers: 8_000 };

const interactionId = 'urn:nhs:names:services:gpconnect:fhir:rest:search:slot-1';

/** An ask; those of different numbers concern different consumers and providers. */
export function throttleAsk(number: number, { consumers, providers }: Spread) {
  const provider = (number * 13) % providers;
  return {
    from: String(200_000_000_000 + ((number * 7) % consumers)),
    to: String(918_100_000_000 + provider),
    interactionId,
    supplier: `YGM0${provider % 4}`,
  };
}

/** A call's body with what the calling edge has in flight, or without where it does not say. */
export function throttleBody(
  call: number,
  asksEach: number,
  spread: Spread,
  edge: { readonly name: string; readonly sequence: number } | null,
): string {
  const asks = Array.from({ length: asksEach }, (_, nth) => throttleAsk(call * asksEach + nth, spread));
  if (edge === null) return JSON.stringify({ asks });
  const providers = Object.fromEntries(asks.map(({ to }) => [to, 1]));
  return JSON.stringify({
    asks,
    caller: { edge: edge.name, sequence: edge.sequence, inFlight: 100, providers },
  });
}

/** Two seconds' worth each, as the defaults are; a provider's is wider, for the run with few of them. */
const four = [
  { id: 'consumers', per: 'consumer', perSecond: 500, burst: 1_000 },
  { id: 'providers', per: 'provider', perSecond: 5_000, burst: 10_000 },
  { id: 'suppliers', per: 'supplier', perSecond: 100_000, burst: 1_000_000 },
  { id: 'national', per: 'global', perSecond: 100_000, burst: 1_000_000 },
];
const open = [
  { id: 'provider-open', per: 'provider-in-flight', inFlight: 1_000_000 },
  { id: 'edge-open', per: 'edge-in-flight', inFlight: 1_000_000 },
];

/** Four limits; the same with what is in flight; the same with shares kept at every provider. None of them refuses. */
export const limitsKinds = [
  { kind: 'four limits', below: 0, limits: four, tells: false, spread: nationalSpread },
  {
    kind: 'and what is in flight',
    below: 0.5,
    limits: [...four, ...open],
    tells: true,
    spread: nationalSpread,
  },
  {
    kind: 'and shares kept, 20 consumers at each of 50 providers',
    below: 1,
    limits: [
      ...four.filter(({ per }) => per === 'supplier' || per === 'global'),
      // So few of them ask for much.
      { id: 'consumers', per: 'consumer', perSecond: 100_000, burst: 1_000_000 },
      { id: 'providers', per: 'provider', perSecond: 100_000, burst: 1_000_000 },
      ...open,
    ],
    tells: true,
    spread: { consumers: 20, providers: 50 },
  },
] as const;
export type LimitsKind = (typeof limitsKinds)[number];

/** The text of a limits file. */
export function limitsText({ below, limits }: LimitsKind): string {
  return JSON.stringify({ classes: {}, costs: {}, shares: { weights: {}, below }, limits });
}
