import { hash } from 'node:crypto';
import { type UsageOutcome } from '@ssp/contracts';

/** Who took part in what, with what outcome: what figures are kept by beside their hour. */
export type UsageNames = {
  readonly supplier: string;
  readonly providerOds: string;
  readonly providerAsid: string;
  readonly consumerOds: string;
  readonly consumerAsid: string;
  readonly interaction: string;
  readonly outcome: UsageOutcome;
};

/** The number that stands for the names in the tables; the same as `billing.usage_key_of`. No name holds a line break. */
export function usageKeyOf(names: UsageNames): bigint {
  const { supplier, providerOds, providerAsid, consumerOds, consumerAsid, interaction, outcome } = names;
  const text = `${supplier}\n${providerOds}\n${providerAsid}\n${consumerOds}\n${consumerAsid}\n${interaction}\n${outcome}`;
  return hash('sha256', text, 'buffer').readBigInt64BE(0);
}

/** The number that stands for what statements tell apart, so that an hour is added up by it without a look at the names. */
export function usageKindOf({ supplier, interaction, outcome }: UsageNames): bigint {
  return hash('sha256', `${supplier}\n${interaction}\n${outcome}`, 'buffer').readBigInt64BE(0);
}
