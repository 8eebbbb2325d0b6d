import { expect, test } from 'vitest';
import { z } from 'zod';
import { parseCorsOrigins } from './cors.ts';

const Origins = z.string().transform(parseCorsOrigins);
const page = 'https://viewer.nhs.uk';

test.for(['', ' ', ','])('%j: no page may read an answer', (text) => {
  expect(Origins.parse(text)).toBeNull();
});

test('*: any page may, and its browser will not send a certificate', () => {
  const cors = Origins.parse('*');
  expect(cors?.admits(page)).toBe(true);
  expect(cors?.headersFor(undefined)).toEqual(
    expect.arrayContaining(['Access-Control-Allow-Origin', '*', 'Access-Control-Expose-Headers']),
  );
  expect(cors?.headersFor(page)).not.toContain('Access-Control-Allow-Credentials');
});

test.for([
  { origin: page, admitted: true },
  { origin: 'https://viewer.nhs.uk:8443', admitted: true },
  { origin: 'http://viewer.nhs.uk', admitted: false },
  { origin: 'https://viewer.nhs.uk.evil.example', admitted: false },
  { origin: 'null', admitted: false },
  { origin: undefined, admitted: false },
])('of a list, $origin may: $admitted', ({ origin, admitted }) => {
  const cors = Origins.parse(`${page}, https://viewer.nhs.uk:8443`);
  expect(cors?.admits(origin)).toBe(admitted);
  expect(cors?.headersFor(origin).includes('Access-Control-Allow-Origin')).toBe(admitted);
  expect(cors?.headersFor(origin)).toEqual(expect.arrayContaining(['Vary', 'Origin']));
});

test.for([`${page}/`, 'viewer.nhs.uk', 'https://Viewer.nhs.uk', 'https://viewer.nhs.uk/app', `*,${page}`])(
  '%s is a fault of the configuration',
  (text) => {
    expect(() => Origins.parse(text)).toThrow('is no origin');
  },
);
