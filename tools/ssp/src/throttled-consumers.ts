import { type AuditedExchange } from '@ssp/contracts';

/** A consumer that limits have refused at a provider. */
export type ThrottledConsumer = {
  readonly from: string | null;
  readonly to: string | null;
  /** The kind of limit, as the audit names the refusal. */
  readonly refusal: string;
  readonly times: number;
  /** When it was last refused, and that request. */
  readonly last: string;
  readonly traceId: string | null;
};

/** Who was refused, in the order of how often; each consumer, provider and kind of limit once. */
export function throttledConsumers(exchanges: readonly AuditedExchange[]): readonly ThrottledConsumer[] {
  const byWhom = Map.groupBy(exchanges, ({ fromAsid, toAsid, refusal }) =>
    JSON.stringify([fromAsid, toAsid, refusal]),
  );
  const consumers = Array.from(byWhom.values(), (refused) => {
    const [newest] = refused.toSorted((one, other) => momentOf(other).localeCompare(momentOf(one)));
    return {
      from: newest?.fromAsid ?? null,
      to: newest?.toAsid ?? null,
      refusal: newest?.refusal ?? '',
      times: refused.length,
      last: newest === undefined ? '' : momentOf(newest),
      traceId: newest?.traceId ?? null,
    };
  });
  return consumers.toSorted((one, other) => other.times - one.times || other.last.localeCompare(one.last));
}

const momentOf = ({ completedAt, receivedAt }: AuditedExchange) => completedAt ?? receivedAt ?? '';
