/** Tells whether ten digits are a well-formed NHS number: the last digit is the modulus-11 check of the first nine. */
export function isNhsNumber(digits: string): boolean {
  if (!/^\d{10}$/.test(digits)) return false;
  let sum = 0;
  for (let index = 0; index < 9; index++) sum += Number(digits[index]) * (10 - index);
  const check = (11 - (sum % 11)) % 11;
  return check !== 10 && check === Number(digits[9]);
}

// A digit as it may stand in a URL: itself or percent-encoded, also more than once (`%2539`).
const digit = '(?:[0-9]|%(?:25)*3[0-9])';
// An escape that stands for no digit may end in one: the `0` of `%20` is no part of the number that follows.
const otherEscape = '%(?:25)*(?:[0-24-9a-f][0-9a-f]|3[a-f])';
const candidate = new RegExp(`(?:(?<!${digit})|(?<=${otherEscape}))${digit}{10}(?!${digit})`, 'gi');
const plain = (text: string) => text.replaceAll(/%(?:25)*3([0-9])/gi, '$1');

// What the expression above, dear as it is, can match at all.
const worthLooking = /[0-9]{10}|%(?:25)*3[0-9]/;

/** Replaces every NHS number in a URL, also a percent-encoded one, by `**********` (spec 9.1 redactedURL). */
export function maskNhsNumbers(url: string): string {
  if (!worthLooking.test(url)) return url;
  return url.replaceAll(candidate, (found) => (isNhsNumber(plain(found)) ? '**********' : found));
}
