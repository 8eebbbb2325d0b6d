/** What became of one request, as its consumer saw it. */
export type SentRequest = {
  readonly traceId: string;
  /** The status it gets while all is well. */
  readonly wanted: number;
  /** Null where the connection ended, or could not be had, before an answer. */
  readonly status: number | null;
};

/** What the audit holds of one trace. */
export type Audited = {
  readonly received: number;
  readonly completed: number;
  /** By the audit itself, as abandoned. */
  readonly closed: number;
  readonly status: number | null;
};

/** What a drill may cost requests, beside being served as usual. */
export type Allowed = {
  readonly statuses: readonly number[];
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
};

/** The figures of the scorecard. */
export type Figures = {
  readonly sent: number;
  /** Status → how often, in the order of the statuses. */
  readonly answers: ReadonlyMap<number, number>;
  readonly cutOff: number;
  /** Exchanges in the audit, those closed as abandoned included. */
  readonly audited: number;
  readonly abandoned: number;
  readonly counted: number;
};

export type Judgement = { readonly figures: Figures; readonly faults: readonly string[] };

const nothing: Audited = { received: 0, completed: 0, closed: 0, status: null };

/** Holds the sides against each other: sent = answered or refused as stated = audited once = counted once. */
export function judgeBooks(
  { sent, audited, forwarded, counted, putAside }: Books,
  allowed: Allowed,
): Judgement {
  const of = (traceId: string) => audited.get(traceId) ?? nothing;
  const answered = sent.filter(({ status }) => status !== null);
  const cutOff = sent.length - answered.length;
  const all = [...audited.values()];
  const completed = all.reduce((sum, it) => sum + it.completed, 0);
  const unstated = answered.filter(
    ({ status, wanted }) => status !== null && status !== wanted && !allowed.statuses.includes(status),
  );
  const faults = [
    ...[...countEach(unstated)].map(([status, times]) => `${times} answered ${status}, which is not stated`),
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

  function toldOtherwise({ traceId, status }: SentRequest): boolean {
    const { completed: ends, status: told } = of(traceId);
    return ends === 1 && told !== status;
  }
}

const said = (times: number, what: string) => (times === 0 ? [] : [`${times} ${what}`]);

function countEach(requests: readonly SentRequest[]): ReadonlyMap<number, number> {
  const times = new Map<number, number>();
  for (const { status } of requests) if (status !== null) times.set(status, (times.get(status) ?? 0) + 1);
  return new Map([...times].toSorted(([a], [b]) => a - b));
}
