import {
  type AuthzAnswer,
  type AuthzAsk,
  type DecisionGroup,
  type WhatIfChange,
  type WhatIfReport,
} from '@ssp/contracts';
import { decide, type Policy } from '../decide.ts';
import { type Snapshot } from '../snapshot.ts';

/** Kinds of changes that are told apart; those beyond are counted together. */
const kindsMax = 10_000;
const examplesMax = 3;

export type Weighing = {
  /** Takes in exchanges that were alike. */
  readonly add: (ask: AuthzAsk, group: Pick<DecisionGroup, 'refusal' | 'count' | 'traceId'>) => void;
  readonly addUndecided: (count: number) => void;
  readonly judged: () => number;
  readonly result: () => Pick<WhatIfReport, 'totals' | 'byRefusal' | 'changes' | 'unlisted'>;
};

type Outcome = WhatIfChange['inForce'];
type Growing = Omit<WhatIfChange, 'count' | 'examples'> & { count: number; readonly examples: string[] };

/** Decides each ask by the rules in force and by the proposed ones, at the same moment, and keeps what differs. */
export function weighChanges(inForce: Snapshot, proposed: Snapshot, policy: Policy, nowMs: number): Weighing {
  const circumstances = { decisionId: '', nowMs, policy };
  const changes = new Map<string, Growing>();
  const byRefusal = new Map<string, number>();
  let unlisted = 0;
  const totals = {
    judged: 0,
    stillAllowed: 0,
    stillRefused: 0,
    newlyAllowed: 0,
    newlyRefused: 0,
    refusedOtherwise: 0,
    changedSince: 0,
    undecided: 0,
  };

  function note(
    ask: AuthzAsk,
    change: WhatIfChange['change'],
    [before, after]: [AuthzAnswer, AuthzAnswer],
    group: Pick<DecisionGroup, 'count' | 'traceId'>,
  ) {
    const { senderOds, receiverOds } = partiesOf(before);
    const kind = {
      change,
      inForce: outcomeOf(before),
      proposed: outcomeOf(after),
      from: senderOds ?? ask.from,
      to: receiverOds ?? ask.to,
      interactionId: ask.interactionId,
    };
    const key = JSON.stringify(kind);
    let held = changes.get(key);
    if (held === undefined) {
      if (changes.size >= kindsMax) {
        unlisted += group.count;
        return;
      }
      held = { ...kind, count: 0, examples: [] };
      changes.set(key, held);
    }
    held.count += group.count;
    if (group.traceId !== null && held.examples.length < examplesMax) held.examples.push(group.traceId);
  }

  return {
    add: (ask, group) => {
      const { count } = group;
      const before = decide(inForce, ask, circumstances);
      const after = decide(proposed, ask, circumstances);
      const [was, would] = [outcomeOf(before), outcomeOf(after)];
      totals.judged += count;
      if (was !== (group.refusal ?? 'allow')) totals.changedSince += count;
      if (was === would) {
        if (was === 'allow') totals.stillAllowed += count;
        else totals.stillRefused += count;
        return;
      }
      if (would === 'allow') {
        totals.newlyAllowed += count;
        note(ask, 'newly-allowed', [before, after], group);
        return;
      }
      byRefusal.set(would, (byRefusal.get(would) ?? 0) + count);
      if (was === 'allow') totals.newlyRefused += count;
      else totals.refusedOtherwise += count;
      note(ask, was === 'allow' ? 'newly-refused' : 'refused-otherwise', [before, after], group);
    },
    addUndecided: (count) => {
      totals.undecided += count;
    },
    judged: () => totals.judged,
    result: () => ({
      totals,
      byRefusal: Object.fromEntries(byRefusal),
      changes: [...changes.values()].toSorted((left, right) => right.count - left.count),
      unlisted,
    }),
  };
}

function outcomeOf(answer: AuthzAnswer): Outcome {
  if (answer.decision === 'unreadable') throw new Error('an ask that was read is no longer readable');
  return answer.decision === 'allow' ? 'allow' : answer.refusal;
}

const partiesOf = (answer: AuthzAnswer) =>
  answer.decision === 'unreadable' ? { senderOds: null, receiverOds: null } : answer.parties;
