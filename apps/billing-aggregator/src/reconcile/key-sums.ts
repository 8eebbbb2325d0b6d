import { type BookGroup } from '@ssp/contracts';
import { usageOfGroup } from './exchange-usage.ts';

/** What is counted under one key in an hour. */
export type KeySum = {
  readonly requests: number;
  readonly billable: number;
  readonly requestBytes: number;
  readonly responseBytes: number;
};

/** By key. */
export type KeySums = ReadonlyMap<bigint, KeySum>;

export const nothing: KeySum = { requests: 0, billable: 0, requestBytes: 0, responseBytes: 0 };

export function plus(one: KeySum, other: KeySum): KeySum {
  return {
    requests: one.requests + other.requests,
    billable: one.billable + other.billable,
    requestBytes: one.requestBytes + other.requestBytes,
    responseBytes: one.responseBytes + other.responseBytes,
  };
}

export function isSame(one: KeySum, other: KeySum): boolean {
  return (
    one.requests === other.requests &&
    one.billable === other.billable &&
    one.requestBytes === other.requestBytes &&
    one.responseBytes === other.responseBytes
  );
}

/** All keys together. */
export function totalOf(sums: KeySums): KeySum {
  return [...sums.values()].reduce(plus, nothing);
}

/** Adds up an hour's groups of the audit under the keys that they are counted by. */
export class AuditedKeys {
  readonly #sums = new Map<bigint, KeySum>();
  readonly #names = new Map<bigint, string>();

  add(hour: string, group: BookGroup): void {
    const { key, isBillable, name } = usageOfGroup(hour, group);
    const { exchanges, requestBytes, responseBytes } = group;
    const sum = { requests: exchanges, billable: isBillable ? exchanges : 0, requestBytes, responseBytes };
    this.#sums.set(key, plus(this.#sums.get(key) ?? nothing, sum));
    this.#names.set(key, name);
  }

  get sums(): KeySums {
    return this.#sums;
  }

  nameOf(key: bigint): string | undefined {
    return this.#names.get(key);
  }
}

/** The keys under which two differ. */
export function differingKeys(one: KeySums, other: KeySums): readonly bigint[] {
  return [...new Set([...one.keys(), ...other.keys()])].filter(
    (key) => !isSame(one.get(key) ?? nothing, other.get(key) ?? nothing),
  );
}
