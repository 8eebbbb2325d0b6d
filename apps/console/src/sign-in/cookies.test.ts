import { expect, test } from 'vitest';
import { cookieJar, CookieTooLargeError } from './cookies.ts';

test('what is too long to be kept is known before anybody is told of what it stands for', () => {
  const jar = cookieJar('ssp-session', true);
  expect(() => jar.prepare('x'.repeat(3 * 3_900), 1_000)).not.toThrow();
  expect(() => jar.prepare('x'.repeat(3 * 3_900 + 1), 1_000)).toThrow(CookieTooLargeError);
});
