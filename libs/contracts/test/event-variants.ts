/** What may stand anywhere in an event, and what is fit for some of its members, or by a little not. */
const anywhere: readonly unknown[] = [
  null,
  true,
  {},
  [],
  [''],
  ['a', 1],
  [null],
  { a: [1] },
  { length: 1 },
  '',
  '\0',
  '\ud800',
  'é',
  0,
  -0,
  -1,
  1,
  0.5,
  -0.5,
  200,
  2 ** 31,
  2 ** 53 - 1,
  2 ** 53,
  1e308,
  '1.0',
  '0',
  '1',
  '01',
  '999999999999',
  '1000000000000',
  '1\n',
  'application/json',
  'text/plain',
  'exchange.received',
  'exchange.completed',
  'exchange.closed',
  'SSP0001',
  'SSP0015',
  'forwarded',
  'refused',
  'failed',
  'abandoned',
  'answered',
  'Forwarded',
  'absent',
  'unreadable',
  'read',
  'fresh',
  'grace',
  'stale',
  'private',
  'internet',
  'public',
  'admit',
  'refuse',
  'unavailable',
  'consumer',
  'provider',
  'national',
  'shared',
  'local',
  '0190a0a5-7f3f-7c3e-8d52-0f2a3f0f6a11',
  '0190A0A5-7F3F-7C3E-8D52-0F2A3F0F6A11',
  '0190a0a5-7f3f-9c3e-8d52-0f2a3f0f6a11',
  '0190a0a5-7f3f-7c3e-7d52-0f2a3f0f6a11',
  '0190a0a57f3f7c3e8d520f2a3f0f6a11',
  '0190a0a5-7f3f-7c3e-8d52-0f2a3f0f6a11\n',
  '00000000-0000-0000-0000-000000000000',
  'ffffffff-ffff-ffff-ffff-ffffffffffff',
];

/** Every day of a leap year, of another and of months that have not so many, each at another time of day; and what is no time. */
function* times(): Generator<string> {
  for (const year of ['2023', '2024', '2000', '1900', '2100']) {
    for (let month = 0; month <= 13; month += 1) {
      for (const day of [0, 1, 9, 10, 19, 20, 28, 29, 30, 31, 32]) {
        const [mm, dd] = [String(month).padStart(2, '0'), String(day).padStart(2, '0')];
        yield `${year}-${mm}-${dd}T${dd}:5${month % 10}:00.001Z`;
      }
    }
  }
  const day = '2026-01-01T';
  for (const time of ['23:59:59.999Z', '24:00:00.000Z', '19:60:00.000Z', '19:00:60.000Z', '20:00:00.00Z'])
    yield `${day}${time}`;
  for (const time of ['20:00:00Z', '20:00:00.0000Z', '20:00:00.000', '20:00:00.000+00:00', '20:00:00.000z\n'])
    yield `${day}${time}`;
}

type Path = readonly string[];

/**
 * Every event of which one member, however deep, is another value or not there, and of some the member after it too, as they come
 * out of JSON.
 */
export function* eventVariants(event: object): Generator {
  const paths = [...pathsOf(event, [])];
  for (const [nth, path] of paths.entries()) {
    const next = paths[(nth * 7 + 1) % paths.length] ?? path;
    const values = path.at(-1) === 'time' ? [...anywhere, ...times()] : anywhere;
    yield read(changed(event, path, undefined));
    for (const [place, value] of values.entries()) {
      const once = changed(event, path, value);
      yield read(once);
      yield read(changed(once, next, anywhere[(place * 13 + nth) % anywhere.length]));
    }
  }
}

function* pathsOf(value: unknown, path: Path): Generator<Path> {
  if (path.length > 0) yield path;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return;
  for (const [name, member] of Object.entries(value)) yield* pathsOf(member, [...path, name]);
}

function changed(value: unknown, path: Path, to: unknown): unknown {
  const [name, ...rest] = path;
  if (name === undefined) return to;
  // What was to be changed further down may not be there any more.
  if (typeof value !== 'object' || value === null) return value;
  return { ...value, [name]: changed(Reflect.get(value, name), rest, to) };
}

const read = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
