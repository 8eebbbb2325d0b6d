import { type Audited } from '@ssp/platform';
import { type RefusalCode, refusals } from '@ssp/spine';

/** What became of one request, as its consumer saw it. */
export type SentRequest = {
  readonly traceId: string;
  /** The refusal that it gets by rule; null for one that is served while all is well. */
  readonly wanted: RefusalCode | null;
  /** Null where the connection ended, or could not be had, before an answer. */
  readonly status: number | null;
  /** What the OperationOutcome of a refusal said; null for any other answer. */
  readonly said: string | null;
};

/** What a drill may cost requests, beside being served as usual. */
export type Allowed = {
  readonly refusals: readonly RefusalCode[];
  /** Whether requests may remain without an answer. */
  readonly cutOff: boolean;
  /** Whether a provider may get a GET again whose kept connection ended under it. */
  readonly again?: boolean;
};

/** All that is known of a drill once nothing is under way. */
export type Books = {
  readonly sent: readonly SentRequest[];
  readonly audited: ReadonlyMap<string, Audited>;
  /** Trace ids as they came to the provider. */
  readonly forwarded: readonly string[];
  /** Ends that billing has counted since the drill began. */
  readonly counted: number;
  /** Records that could be read as no event, since the drill began. */
  readonly putAside: number;
  /** Where audit and billing were still behind when they were read: how long they had been waited for. */
  readonly unsettled: string | null;
};

/** The figures of the scorecard. */
export type Figures = {
  readonly sent: number;
  /** Status, with the refusal's code where it is one → how often, in the order of the statuses. */
  readonly answers: ReadonlyMap<string, number>;
  readonly cutOff: number;
  /** Exchanges in the audit, those closed as abandoned included. */
  readonly audited: number;
  readonly abandoned: number;
  readonly counted: number;
};

export type Judgement = { readonly figures: Figures; readonly faults: readonly string[] };

const nothing: Audited = { received: 0, completed: 0, closed: 0, status: null, refusal: null };

/** Holds the sides against each other: sent = answered or refused as stated = audited once = counted once. */
export function judgeBooks(
  { sent, audited, forwarded, counted, putAside, unsettled }: Books,
  allowed: Allowed,
): Judgement {
  const of = (traceId: string) => audited.get(traceId) ?? nothing;
  const answered = sent.filter(({ status }) => status !== null);
  const cutOff = sent.length - answered.length;
  const all = [...audited.values()];
  const completed = all.reduce((sum, it) => sum + it.completed, 0);
  const faults = [
    ...[...countEach(answered.filter((it) => !isStated(it)))].map(
      ([answer, times]) => `${times} answered ${answer}, which is not stated`,
    ),
    ...said(allowed.cutOff ? 0 : cutOff, 'without an answer'),
    ...said(
      answered.filter(({ traceId }) => of(traceId).received === 0).length,
      'answered, not in the audit',
    ),
    ...said(forwarded.filter((traceId) => of(traceId).received === 0).length, 'forwarded, not in the audit'),
    ...said(allowed.again === true ? 0 : forwarded.length - new Set(forwarded).size, 'forwarded again'),
    ...said(all.filter(({ received }) => received !== 1).length, 'received more than once, or ended without'),
    ...said(all.filter((it) => it.completed + it.closed === 0).length, 'still open in the audit'),
    ...said(all.filter((it) => it.completed > 1 || it.closed > 1).length, 'ended more than once'),
    ...said(answered.filter(toldOtherwise).length, 'told otherwise by the audit than answered'),
    ...said(putAside, 'records put aside'),
    ...(unsettled === null ? [] : [unsettled]),
    ...(counted === completed ? [] : [`billing counted ${counted} ends, the audit has ${completed}`]),
  ];
  const abandoned = all.filter((it) => it.completed === 0 && it.closed > 0).length;
  return {
    figures: {
      sent: sent.length,
      answers: countEach(answered),
      cutOff,
      audited: audited.size,
      abandoned,
      counted,
    },
    faults,
  };

  function isStated({ status, said: words, wanted }: SentRequest): boolean {
    if (status === 200) return wanted === null;
    const codes = wanted === null ? allowed.refusals : [wanted, ...allowed.refusals];
    return codes.some((code) => status === refusals[code].status && says(words, code));
  }

  function toldOtherwise({ traceId, status, said: words }: SentRequest): boolean {
    const { completed: ends, status: told, refusal } = of(traceId);
    if (ends !== 1) return false;
    return told !== status || (refusal === null ? words !== null : !isCode(refusal) || !says(words, refusal));
  }

  function countEach(requests: readonly SentRequest[]): ReadonlyMap<string, number> {
    const times = new Map<string, number>();
    for (const { traceId, status } of requests) {
      const { refusal } = of(traceId);
      const answer = refusal === null ? `${status}` : `${status} ${refusal}`;
      times.set(answer, (times.get(answer) ?? 0) + 1);
    }
    return new Map([...times].toSorted(([a], [b]) => a.localeCompare(b)));
  }
}

const isCode = (code: string): code is RefusalCode => Object.hasOwn(refusals, code);

/** Whether these are the words of that refusal, whatever stands for its placeholders. */
function says(words: string | null, code: RefusalCode): boolean {
  const [beginning = ''] = refusals[code].text.split('{');
  return words?.startsWith(beginning) === true;
}

const said = (times: number, what: string) => (times === 0 ? [] : [`${times} ${what}`]);
