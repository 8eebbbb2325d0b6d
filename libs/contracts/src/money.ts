import { z } from 'zod';

/**
 * Money is whole numbers, never a float: prices in millionths of a pound, amounts on a statement in pence.
 * In JSON, CSV and files both are decimals of pounds, in text.
 */

/** A price as it is written in canonical form: at least two decimals, at most six, none of them an idle zero beyond the second. */
export const Price = z
  .string()
  .regex(/^(0|[1-9]\d{0,8})\.(\d{2}|\d{2,5}[1-9])$/, 'a price is written as pounds, such as 0.0125');

/** An amount in pounds with exactly two decimals; a credit is negative. */
export const Pounds = z
  .string()
  .regex(
    /^(?!-0\.00$)-?(0|[1-9]\d{0,14})\.\d{2}$/,
    'an amount is written as pounds and pence, such as 12.30',
  );

const millionthsPerPenny = 10_000n;

/** Millionths of a pound that a decimal of pounds says. @throws RangeError for a text that is no such decimal */
export function millionthsOf(pounds: string): bigint {
  const [, sign, whole, fraction = ''] = /^(-?)(\d+)(?:\.(\d{1,6}))?$/.exec(pounds) ?? [];
  if (whole === undefined) throw new RangeError('no decimal of pounds with at most six places');
  const size = BigInt(whole) * 1_000_000n + BigInt(fraction.padEnd(6, '0'));
  return sign === '-' ? -size : size;
}

/** A price in canonical form. */
export function priceText(millionths: bigint): string {
  const digits = String(millionths).padStart(7, '0');
  const fraction = digits.slice(-6).replace(/0{1,4}$/, '');
  return `${digits.slice(0, -6)}.${fraction}`;
}

/** Pence that a decimal of pounds says. @throws RangeError where that is not whole */
export function penceOf(pounds: string): bigint {
  const millionths = millionthsOf(pounds);
  if (millionths % millionthsPerPenny !== 0n) throw new RangeError('not a whole number of pence');
  return millionths / millionthsPerPenny;
}

/** An amount in canonical form. */
export function poundsText(pence: bigint): string {
  const digits = String(pence < 0n ? -pence : pence).padStart(3, '0');
  return `${pence < 0n ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

/** Rounds to whole pence; what lies half-way goes to the even penny, so that many such roundings favour nobody. */
export function roundToPence(millionths: bigint): bigint {
  const size = millionths < 0n ? -millionths : millionths;
  const down = size / millionthsPerPenny;
  const rest = (size % millionthsPerPenny) * 2n;
  const isUp = rest > millionthsPerPenny || (rest === millionthsPerPenny && down % 2n === 1n);
  const pence = isUp ? down + 1n : down;
  return millionths < 0n ? -pence : pence;
}
