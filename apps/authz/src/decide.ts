import { type AuthzAnswer, type AuthzAsk } from '@ssp/contracts';
import { type Endpoint, matchesEndpoint } from '@ssp/spine';
import {
  type BySelector,
  type Handler,
  type InteractionPolicy,
  type Rule,
  type Snapshot,
  type System,
} from './snapshot.ts';

/** What the operator has chosen. */
export type Policy = {
  /** Where no rule of data sharing matches and the interaction has no policy of its own. */
  readonly defaultAgreement: 'allow' | 'deny';
  /** The refusal of a receiver that is no registered system at all. */
  readonly unknownReceiver: 'receiver-not-authorised' | 'receiver-unknown';
  /** The category, lower-cased, without which no system may ask over the internet. */
  readonly internetCategoryLower: string;
};

/** What a decision depends on beside the directory and the ask. */
export type Circumstances = { readonly decisionId: string; readonly nowMs: number; readonly policy: Policy };

/** All that the checks look at, looked up once for one ask. */
export type Facts = {
  readonly ask: AuthzAsk;
  readonly policy: Policy;
  readonly sender: System | undefined;
  readonly receiver: System | undefined;
  /** Whose name the certificate bears: that of no registered system, of others only, or of the sender. */
  readonly certificate: 'unknown' | 'of-others' | 'of-sender';
  readonly interactionPolicy: InteractionPolicy;
  /** The receiver's registrations of the interaction, or, where it has none, of the alias. */
  readonly handlers: readonly Handler[];
  /** The first registration that covers the target, and by which endpoint; undefined where none does. */
  readonly handler: Handler | undefined;
  readonly endpoint: Endpoint | undefined;
  /** The rule of data sharing that decides; null where none matches and holds. */
  readonly rule: Rule | null;
};

type Refused = Extract<AuthzAnswer, { decision: 'refuse' }>;

/** The refusal of an ask, or null where it passes. */
type Run = (facts: Facts) => Refused['refusal'] | null;

export type Check = {
  readonly id: 'B' | 'C' | 'C-internet' | 'D' | 'E' | 'F';
  /** What holds where it passes. */
  readonly title: string;
  readonly run: Run;
};

/** The checks of spec 6.1 in the order of spec 17. The first that fails decides; run all of them to explain. */
export const checks: readonly Check[] = [
  { id: 'B', title: 'the certificate bears a name of the sender', run: certificateNamesSender },
  { id: 'C', title: 'the sender is accredited for the interaction', run: senderMaySend },
  { id: 'C-internet', title: 'the sender may use the network it comes by', run: senderMayUseNetwork },
  { id: 'D', title: 'the receiver has registered the interaction', run: receiverReceives },
  { id: 'E', title: 'the target lies under a registered endpoint', run: targetIsRegistered },
  { id: 'F', title: 'an agreement covers the exchange', run: agreementCovers },
];

function certificateNamesSender({ certificate, sender }: Facts) {
  if (certificate === 'unknown') return 'certificate-name-unknown';
  return sender === undefined || certificate === 'of-others' ? 'sender-not-authorised' : null;
}

function senderMaySend({ sender, ask }: Facts) {
  return sender?.interactions.has(ask.interactionId) === true ? null : 'sender-not-authorised';
}

function senderMayUseNetwork({ ask, sender, policy, interactionPolicy }: Facts) {
  if (ask.network === 'private') return null;
  if (!interactionPolicy.internet) return 'sender-not-authorised';
  return sender?.categories.has(policy.internetCategoryLower) === true ? null : 'sender-not-authorised';
}

function receiverReceives({ receiver, handlers, policy }: Facts) {
  if (receiver === undefined) return policy.unknownReceiver;
  return handlers.length === 0 ? 'receiver-not-authorised' : null;
}

function targetIsRegistered({ endpoint }: Facts) {
  return endpoint === undefined ? 'endpoint-mismatch' : null;
}

function agreementCovers(facts: Facts) {
  return groundOf(facts).effect === 'deny' ? 'no-agreement' : null;
}

/** Runs the checks in their order; the first that fails is the answer. */
export function decide(snapshot: Snapshot, ask: AuthzAsk, circumstances: Circumstances): AuthzAnswer {
  const facts = gatherFacts(snapshot, ask, circumstances);
  for (const { run } of checks) {
    const refusal = run(facts);
    if (refusal !== null) return refused(facts, refusal, snapshot, circumstances);
  }
  const { handler, endpoint } = facts;
  if (handler === undefined || endpoint === undefined) throw new Error('allowed without an endpoint');
  return {
    decision: 'allow',
    decisionId: circumstances.decisionId,
    rulesVersion: snapshot.version,
    parties: partiesOf(facts),
    endpoint: endpoint.registered,
    providerFqdn: handler.fqdn,
    agreementId: groundOf(facts).agreementId,
  };
}

function refused(
  facts: Facts,
  refusal: Refused['refusal'],
  { version }: Snapshot,
  { decisionId }: Circumstances,
): Refused {
  const answer = {
    decision: 'refuse',
    decisionId,
    rulesVersion: version,
    parties: partiesOf(facts),
    refusal,
  } as const;
  const [registered] = facts.handlers;
  if (refusal !== 'endpoint-mismatch' || registered === undefined) return answer;
  return { ...answer, endpoint: registered.shownEndpoint, cpaId: registered.cpaId };
}

/** Looks up what the checks need; an ask of which nothing is known has facts as well. */
export function gatherFacts(snapshot: Snapshot, ask: AuthzAsk, { nowMs, policy }: Circumstances): Facts {
  const sender = snapshot.systems.get(ask.from);
  const receiver = snapshot.systems.get(ask.to);
  const handlers = receiver === undefined ? none : handlersOf(snapshot, receiver, ask.interactionId);
  const target = { host: ask.targetHost, path: ask.targetPath };
  let handler: Handler | undefined;
  let endpoint: Endpoint | undefined;
  for (const candidate of handlers) {
    endpoint = endpointFor(candidate, target);
    if (endpoint === undefined) continue;
    handler = candidate;
    break;
  }
  return {
    ask,
    policy,
    sender,
    receiver,
    certificate: bearerOf(snapshot, sender, ask.certificateNames),
    interactionPolicy: snapshot.policies.get(ask.interactionId) ?? noPolicy,
    handlers,
    handler,
    endpoint,
    rule: findRule(snapshot, sender, receiver, ask.interactionId, nowMs),
  };
}

const none: readonly Handler[] = [];
const noPolicy: InteractionPolicy = { agreement: null, internet: true };

function bearerOf(snapshot: Snapshot, sender: System | undefined, names: readonly string[]) {
  let certificate: Facts['certificate'] = 'unknown';
  for (const name of names) {
    const lower = name.toLowerCase();
    // The sender's own names first: who bears what he shows, as nearly all do, is not looked for among everybody's.
    if (sender !== undefined && bears(snapshot, sender, lower)) return 'of-sender';
    if (snapshot.names.has(lower)) certificate = 'of-others';
  }
  return certificate;
}

/** Whether a certificate of this name, in lower case, is that system's. */
export function bears({ namesByAsid }: Snapshot, { asid, partyNames }: System, name: string): boolean {
  if (partyNames?.has(name) === true) return true;
  return namesByAsid.get(asid)?.has(name) === true;
}

/**
 * A registration under the asked name goes before one under its alias. Only the receiver's side knows aliases: to answer
 * as `content` does not entitle a sender to ask for `content.read` (spec 6.2).
 */
function handlersOf(
  { aliases }: Snapshot,
  { partyHandlers }: System,
  interactionId: string,
): readonly Handler[] {
  const direct = partyHandlers?.get(interactionId);
  if (direct !== undefined) return direct;
  const alias = aliases.get(interactionId);
  return (alias === undefined ? undefined : partyHandlers?.get(alias)) ?? none;
}

function endpointFor({ endpoints }: Handler, target: Parameters<typeof matchesEndpoint>[1]) {
  for (const endpoint of endpoints) if (matchesEndpoint(endpoint, target)) return endpoint;
  return undefined;
}

function partiesOf({ sender, receiver, handlers, handler }: Facts) {
  return {
    senderOds: sender?.ods ?? null,
    receiverOds: receiver?.ods ?? null,
    supplier: supplierOf(receiver, handler ?? handlers[0]),
  };
}

/** Whom to pay: the manufacturer of the receiving system, else of its registration, else the product's name. */
function supplierOf(receiver: System | undefined, handler: Handler | undefined): string | null {
  return receiver?.manufacturerOrg ?? handler?.manufacturerOrg ?? receiver?.productName ?? null;
}

/** What an exchange rests on, or is refused for. */
export type Ground = { readonly effect: 'allow' | 'deny'; readonly agreementId: string };

/** The agreements that no rule may name: they stand for the lack of one. */
export const standingAgreements = { exempt: 'exempt', default: 'default' } as const;

/** The rule that decides, or what holds without one: for this interaction, else by the service's own setting. */
export function groundOf({ rule, interactionPolicy, policy }: Facts): Ground {
  if (interactionPolicy.agreement === 'exempt') return exempt;
  if (rule !== null) return rule;
  return (interactionPolicy.agreement ?? policy.defaultAgreement) === 'allow'
    ? allowedByDefault
    : deniedByDefault;
}

const exempt: Ground = { effect: 'allow', agreementId: standingAgreements.exempt };
const allowedByDefault: Ground = { effect: 'allow', agreementId: standingAgreements.default };
const deniedByDefault: Ground = { effect: 'deny', agreementId: standingAgreements.default };

/** Of the rules filed under sender and receiver, by ASID, by organisation and under any, the first that holds. */
function findRule(
  { agreements }: Snapshot,
  sender: System | undefined,
  receiver: System | undefined,
  interactionId: string,
  nowMs: number,
): Rule | null {
  if (sender === undefined || receiver === undefined) return null;
  let rule: Rule | null = null;
  rule = sooner(rule, agreements.asid.get(sender.asid), receiver, interactionId, nowMs);
  rule = sooner(rule, agreements.ods.get(sender.ods), receiver, interactionId, nowMs);
  return sooner(rule, agreements.any, receiver, interactionId, nowMs);
}

function sooner(
  former: Rule | null,
  bySender: BySelector<readonly Rule[]> | null | undefined,
  receiver: System,
  interactionId: string,
  nowMs: number,
): Rule | null {
  if (bySender === null || bySender === undefined) return former;
  let rule = firstOf(former, bySender.asid.get(receiver.asid), interactionId, nowMs);
  rule = firstOf(rule, bySender.ods.get(receiver.ods), interactionId, nowMs);
  return firstOf(rule, bySender.any, interactionId, nowMs);
}

function firstOf(
  former: Rule | null,
  rules: readonly Rule[] | null | undefined,
  interactionId: string,
  nowMs: number,
): Rule | null {
  if (rules === null || rules === undefined) return former;
  for (const rule of rules) {
    if (former !== null && former.rank < rule.rank) return former;
    if (coversInteraction(rule, interactionId) && isInForce(rule, nowMs)) return rule;
  }
  return former;
}

/** Whether a rule speaks of an interaction, by its own name or by a capability. */
export function coversInteraction({ interaction, capability }: Rule, interactionId: string): boolean {
  if (interaction !== null) return interaction === interactionId;
  return capability === null || capability.interactions.has(interactionId);
}

/** Whether a rule holds at this moment: from its first, up to its end. */
export function isInForce({ validFromMs, validToMs }: Rule, nowMs: number): boolean {
  if (validFromMs !== null && nowMs < validFromMs) return false;
  return validToMs === null || nowMs < validToMs;
}
