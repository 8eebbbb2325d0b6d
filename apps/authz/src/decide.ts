import { type AuthzAnswer, type AuthzAsk } from '@ssp/contracts';
import { matchesEndpoint } from '@ssp/spine';
import { type BySelector, type Handler, type Rule, type Snapshot, type System } from './snapshot.ts';

/** What the operator has chosen. */
export type Policy = {
  /** Where no rule of data sharing matches. */
  readonly defaultAgreement: 'allow' | 'deny';
  /** The refusal of a receiver that is no registered system at all. */
  readonly unknownReceiver: 'receiver-not-authorised' | 'receiver-unknown';
};

/** What a decision depends on beside the directory and the ask. */
export type Circumstances = { readonly decisionId: string; readonly nowMs: number; readonly policy: Policy };

// The agreement named where no rule matched and the default allows.
const defaultAgreementId = 'default';

/** Runs the checks B to F of spec 6.1 in their order; the first that fails is the answer. */
export function decide(snapshot: Snapshot, ask: AuthzAsk, circumstances: Circumstances): AuthzAnswer {
  const { decisionId } = circumstances;
  const sender = snapshot.systems.get(ask.from);
  const receiver = snapshot.systems.get(ask.to);
  const handlers = receiver === undefined ? [] : handlersOf(snapshot, receiver, ask.interactionId);
  const common = { decisionId, rulesVersion: snapshot.version };
  const parties = {
    senderOds: sender?.ods ?? null,
    receiverOds: receiver?.ods ?? null,
    supplier: supplierOf(receiver, handlers[0]),
  };
  const refuse = (refusal: Refused['refusal'], found?: Pick<Refused, 'endpoint' | 'cpaId'>): Refused => ({
    decision: 'refuse',
    ...common,
    parties,
    refusal,
    ...found,
  });

  // B: the certificate's name is one of the sender's.
  const names = ask.certificateNames.map((name) => name.toLowerCase());
  if (!names.some((name) => snapshot.names.has(name))) return refuse('certificate-name-unknown');
  if (sender === undefined) return refuse('sender-not-authorised');
  if (!names.some((name) => bears(snapshot, sender, name))) return refuse('sender-not-authorised');

  // C: the sender is accredited for the interaction.
  if (!sender.interactions.has(ask.interactionId)) return refuse('sender-not-authorised');

  // D: the receiver's party has registered the interaction.
  if (receiver === undefined) return refuse(circumstances.policy.unknownReceiver);
  const [registered] = handlers;
  if (registered === undefined) return refuse('receiver-not-authorised');

  // E: the target lies under a registered endpoint.
  const match = findEndpoint(handlers, ask);
  if (match === null) return refuse('endpoint-mismatch', varied(registered));

  // F: an agreement covers the exchange.
  const rule = findRule(snapshot.agreements, sender, receiver, ask.interactionId, circumstances.nowMs);
  const effect = rule?.effect ?? circumstances.policy.defaultAgreement;
  if (effect === 'deny') return refuse('no-agreement');

  return {
    decision: 'allow',
    ...common,
    parties: { ...parties, supplier: supplierOf(receiver, match.handler) },
    endpoint: match.endpoint.registered,
    providerFqdn: match.handler.fqdn,
    agreementId: rule?.agreementId ?? defaultAgreementId,
  };
}

type Refused = Extract<AuthzAnswer, { decision: 'refuse' }>;

function bears(snapshot: Snapshot, system: System, name: string): boolean {
  if (snapshot.namesByParty.get(system.partyKeyLower)?.has(name) === true) return true;
  return snapshot.namesByAsid.get(system.asid)?.has(name) === true;
}

const none: readonly Handler[] = [];

/** A registration under the asked name goes before one under its alias. */
function handlersOf(snapshot: Snapshot, receiver: System, interactionId: string): readonly Handler[] {
  const byInteraction = snapshot.handlers.get(receiver.partyKeyLower);
  const direct = byInteraction?.get(interactionId);
  if (direct !== undefined) return direct;
  const alias = snapshot.aliases.get(interactionId);
  return (alias === undefined ? undefined : byInteraction?.get(alias)) ?? none;
}

function findEndpoint(handlers: readonly Handler[], ask: AuthzAsk) {
  const target = { host: ask.targetHost, path: ask.targetPath };
  for (const handler of handlers) {
    const endpoint = handler.endpoints.find((candidate) => matchesEndpoint(candidate, target));
    if (endpoint !== undefined) return { handler, endpoint };
  }
  return null;
}

const varied = (handler: Handler) => ({ endpoint: handler.shownEndpoint, cpaId: handler.cpaId });

/** Whom to pay: the manufacturer of the receiving system, else of its registration, else the product's name. */
function supplierOf(receiver: System | undefined, handler: Handler | undefined): string | null {
  return receiver?.manufacturerOrg ?? handler?.manufacturerOrg ?? receiver?.productName ?? null;
}

function findRule(
  agreements: Snapshot['agreements'],
  sender: System,
  receiver: System,
  interactionId: string,
  nowMs: number,
): Rule | null {
  let found: Rule | null = null;
  for (const bySender of selected(agreements, sender)) {
    for (const rules of selected(bySender, receiver)) {
      const first = rules.find((rule) => holds(rule, interactionId, nowMs));
      if (first !== undefined && (found === null || first.rank < found.rank)) found = first;
    }
  }
  return found;
}

function selected<Thing>(selector: BySelector<Thing>, system: System): Thing[] {
  const things: Thing[] = [];
  const byAsid = selector.asid.get(system.asid);
  if (byAsid !== undefined) things.push(byAsid);
  const byOds = selector.ods.get(system.ods);
  if (byOds !== undefined) things.push(byOds);
  if (selector.any !== null) things.push(selector.any);
  return things;
}

function holds(rule: Rule, interactionId: string, nowMs: number): boolean {
  if (rule.interaction !== null && rule.interaction !== interactionId) return false;
  if (rule.validFromMs !== null && nowMs < rule.validFromMs) return false;
  return rule.validToMs === null || nowMs < rule.validToMs;
}
