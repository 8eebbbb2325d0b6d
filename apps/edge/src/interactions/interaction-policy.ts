import {
  type ForwardedMethod,
  forwardedMethods,
  type Interaction,
  interactions as known,
  resourceMethods,
  type TokenEnforcement,
  type TokenRules,
} from '@ssp/spine';
import { type ProviderTimeouts } from '../provider/provider-timeouts.ts';
import { type InteractionsFile } from './interactions-file.ts';

/** What is asked of the exchanges of one interaction. Made once; shared by all of them. */
export type InteractionPolicy = {
  /** The only methods that are forwarded, where the guard is on. */
  readonly onlyMethods: readonly string[] | null;
  /** What OPTIONS is told, as a header has it: `GET, PUT`. */
  readonly resourceMethods: string;
  readonly token: TokenRules;
  /** What `aud` may name, to the letter, beside the registered endpoint. */
  readonly audiences: readonly string[];
  readonly timeouts: ProviderTimeouts;
};

/** What holds where neither a row nor the default of the interactions file says otherwise. */
export type PolicySettings = {
  readonly enforcement: TokenEnforcement;
  readonly lifetimeMaxSeconds: number;
  readonly skewSeconds: number;
  readonly timeouts: ProviderTimeouts;
};

export type PolicyOf = (interactionId: string) => InteractionPolicy;

/** Resolves built-in table, file and settings into one policy an interaction, found by one look-up a request. */
export function interactionPolicies(file: InteractionsFile, settings: PolicySettings): PolicyOf {
  const table = merged(file);
  const policies = new Map(
    table.map((interaction) => [
      interaction.id,
      policy(interaction, resourceMethods(interaction, table), file, settings),
    ]),
  );
  const unknown = policy({ id: '', methods: forwardedMethods, scopes: [] }, forwardedMethods, file, settings);
  return (interactionId) => policies.get(interactionId) ?? unknown;
}

function merged(file: InteractionsFile): readonly Interaction[] {
  const ids = new Set(known.map(({ id }) => id));
  const added = Object.entries(file.interactions)
    .filter(([id]) => !ids.has(id))
    // Of an interaction that nobody described no resource is known: it shares one with no other.
    .map(([id, row]) => ({
      id,
      methods: row.methods ?? forwardedMethods,
      path: id,
      scopes: row.scopes ?? [],
    }));
  const changed = known.map((interaction) => {
    const { methods, scopes } = file.interactions[interaction.id] ?? {};
    return { ...interaction, ...(methods && { methods }), ...(scopes && { scopes }) };
  });
  return [...changed, ...added];
}

function policy(
  interaction: Pick<Interaction, 'id' | 'methods' | 'scopes' | 'audiences'>,
  ofResource: readonly ForwardedMethod[],
  file: InteractionsFile,
  settings: PolicySettings,
): InteractionPolicy {
  const row = file.interactions[interaction.id] ?? {};
  const guarded = row.methodGuard ?? file.default.methodGuard ?? false;
  return {
    onlyMethods: guarded ? interaction.methods : null,
    resourceMethods: ofResource.join(', '),
    token: {
      enforcement: row.token ?? file.default.token ?? settings.enforcement,
      scopes: interaction.scopes,
      lifetimeMaxSeconds: settings.lifetimeMaxSeconds,
      skewSeconds: settings.skewSeconds,
    },
    audiences: row.audiences ?? interaction.audiences ?? file.default.audiences ?? [],
    timeouts: {
      connectMs: row.timeouts?.connectMs ?? file.default.timeouts?.connectMs ?? settings.timeouts.connectMs,
      firstByteMs:
        row.timeouts?.firstByteMs ?? file.default.timeouts?.firstByteMs ?? settings.timeouts.firstByteMs,
      idleMs: row.timeouts?.idleMs ?? file.default.timeouts?.idleMs ?? settings.timeouts.idleMs,
      totalMs: row.timeouts?.totalMs ?? file.default.timeouts?.totalMs ?? settings.timeouts.totalMs,
    },
  };
}
