import { type AuditedAsk, type JudgedRow, type LimitsWhatIfReport } from '@ssp/contracts';
import { type Judgement } from './limits-model.ts';

/** Rules, consumers and providers that are told apart, of each; those beyond are counted together. */
const rowsMax = 10_000;
const examplesMax = 3;

const countNames = ['inForce', 'proposed', 'newlyRefused', 'noLongerRefused', 'shadowed'] as const;
type CountName = (typeof countNames)[number];
type Growing = Omit<JudgedRow, CountName | 'lastAt'> & {
  lastAt: string;
  readonly examples: string[];
} & Record<CountName, number>;

/** Keeps what two limits said of the same requests. */
export type LimitsWeighing = {
  readonly add: (ask: AuditedAsk, inForce: Judgement, proposed: Judgement) => void;
  readonly addUnjudged: (counts: { readonly notAsked: number; readonly unended: number }) => void;
  readonly judged: () => number;
  readonly result: () => Pick<
    LimitsWhatIfReport,
    'totals' | 'rules' | 'consumers' | 'providers' | 'unlisted'
  >;
};

/** Counts what the limits in force and the proposed ones said, by rule, by consumer and by provider. */
export function weighLimits(): LimitsWeighing {
  const totals = {
    judged: 0,
    inForce: 0,
    proposed: 0,
    newlyRefused: 0,
    noLongerRefused: 0,
    shadowed: 0,
    refusedThen: 0,
    notAsked: 0,
    unended: 0,
  };
  const rules = new Map<string, Growing>();
  const consumers = new Map<string, Growing>();
  const providers = new Map<string, Growing>();
  const unlisted = new Set<string>();

  function note(
    rows: Map<string, Growing>,
    { name, scope }: Pick<JudgedRow, 'name' | 'scope'>,
    ask: AuditedAsk,
    counted: readonly CountName[],
  ): void {
    if (counted.length === 0) return;
    const key = `${name} ${scope}`;
    const row = rows.get(key) ?? emptyRow(name, scope, ask.receivedAt);
    if (!rows.has(key)) {
      if (rows.size >= rowsMax) {
        if (unlisted.size < rowsMax) unlisted.add(key);
        return;
      }
      rows.set(key, row);
    }
    for (const count of counted) row[count] += 1;
    row.lastAt = ask.receivedAt;
    if (ask.traceId !== null && row.examples.length < examplesMax) row.examples.push(ask.traceId);
  }

  return {
    add: (ask, inForce, proposed) => {
      totals.judged += 1;
      if (ask.admission?.answer === 'refuse') totals.refusedThen += 1;
      const [was, would] = [inForce.refusedBy, proposed.refusedBy];
      const isShadowed = proposed.shadowed.length > 0;
      if (was === null && would === null && !isShadowed) return;
      const counted = countNames.filter(
        (name) =>
          ({
            inForce: was !== null,
            proposed: would !== null,
            newlyRefused: was === null && would !== null,
            noLongerRefused: was !== null && would === null,
            shadowed: isShadowed,
          })[name],
      );
      for (const name of counted) totals[name] += 1;
      note(consumers, { name: ask.from, scope: null }, ask, counted);
      note(providers, { name: ask.to, scope: null }, ask, counted);
      for (const [refusedBy, own] of [
        [was, ['inForce', 'noLongerRefused']],
        [would, ['proposed', 'newlyRefused']],
      ] as const) {
        if (refusedBy === null) continue;
        const names = counted.filter((name) => own.some((one) => one === name));
        note(rules, { name: refusedBy.rule, scope: refusedBy.scope }, ask, names);
      }
      for (const name of proposed.shadowed) note(rules, { name, scope: null }, ask, ['shadowed']);
    },
    addUnjudged: ({ notAsked, unended }) => {
      totals.notAsked += notAsked;
      totals.unended += unended;
    },
    judged: () => totals.judged,
    result: () => ({
      totals,
      rules: sorted(rules),
      consumers: sorted(consumers),
      providers: sorted(providers),
      unlisted: unlisted.size,
    }),
  };
}

function emptyRow(name: string, scope: JudgedRow['scope'], at: string): Growing {
  const counts = { inForce: 0, proposed: 0, newlyRefused: 0, noLongerRefused: 0, shadowed: 0 };
  return { name, scope, ...counts, firstAt: at, lastAt: at, examples: [] };
}

function sorted(rows: ReadonlyMap<string, Growing>): JudgedRow[] {
  return [...rows.values()].toSorted(
    (left, right) =>
      right.newlyRefused - left.newlyRefused ||
      right.noLongerRefused - left.noLongerRefused ||
      right.proposed + right.shadowed - (left.proposed + left.shadowed),
  );
}
