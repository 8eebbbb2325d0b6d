import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { readBearerToken } from './claims.ts';
import { type RefusalRow, refusals } from './refusal.ts';
import { readSspHeaders } from './ssp-headers.ts';
import { parseTarget, targetLengthMax } from './target.ts';
import { tokenFault } from './token-fault.ts';
import { tokenPartyFault } from './token-party-fault.ts';

const page = new URL('../../../docs/consumer-guide.md', import.meta.url);
const configurationPage = new URL('../../../docs/configuration.md', import.meta.url);
const examplesPage = new URL('../../../examples/README.md', import.meta.url);
const guide = readFileSync(page, 'utf8');

function anchorsOf(markdown: string): Set<string> {
  const headings = Array.from(markdown.matchAll(/^#+ (.+)$/gm), ([, heading = '']) => heading);
  return new Set(
    headings.map((heading) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\w -]/g, '')
        .replaceAll(' ', '-'),
    ),
  );
}

test.for([page, examplesPage])('every link of %s leads somewhere', (of) => {
  const links = Array.from(readFileSync(of, 'utf8').matchAll(/\]\(([^)]+)\)/g), ([, link = '']) => link);
  expect(links.length).toBeGreaterThan(0);
  const broken = links.filter((link) => {
    const to = new URL(link, of);
    const anchor = to.hash.slice(1);
    to.hash = '';
    if (!existsSync(fileURLToPath(to))) return true;
    return anchor !== '' && !anchorsOf(readFileSync(to, 'utf8')).has(anchor);
  });
  expect(broken).toEqual([]);
});

// The rows of the guide's table of refused targets: what stands in the request line, and the fault.
const refused = Array.from(
  guide.matchAll(/^\| `(\/[^`]*)` +\| `([a-z-]+)` +\|/gm),
  ([, target = '', fault = '']) => ({ target, fault }),
);

test('the table of refused targets is there', () => expect(refused.length).toBeGreaterThan(10));

test.for(refused)('$target is refused as $fault', ({ target, fault }) => {
  expect(parseTarget(target)).toEqual({ ok: false, fault });
});

const shown = Array.from(guide.matchAll(/^GET (\S+) HTTP\/1\.1$/gm), ([, target = '']) => target);

test('the request lines that the guide shows are accepted', () => {
  expect(shown).toHaveLength(2);
  expect(shown.map((target) => parseTarget(target).ok)).toEqual([true, true]);
});

test('the longest target is as the guide says', () => {
  expect(guide).toContain(`more than ${targetLengthMax.toLocaleString('en')} characters`);
});

test('the four headers of the guide are those that are read', () => {
  const rows = Array.from(
    guide.matchAll(/^\| `(Ssp-\w+)` .*\| `([^`]+)` +\|$/gm),
    ([, name = '', example = '']) => [name, example],
  );
  expect(rows).toHaveLength(4);
  expect(readSspHeaders(rows.flat())).toMatchObject({ ok: true });
});

test('the payload of the guide holds where tokens are looked at in full', () => {
  const json = Array.from(guide.matchAll(/^```json\n(.*?)^```/gms), ([, block = '']) => block).find((block) =>
    block.includes('"requested_scope"'),
  );
  const bearer = readBearerToken(`Bearer ${part('{"alg":"none","typ":"JWT"}')}.${part(json ?? '')}.`);
  const claims = bearer.state === 'read' ? bearer.claims : {};
  const rules = {
    enforcement: 'full',
    scopes: ['patient/*.read'],
    lifetimeMaxSeconds: 300,
    skewSeconds: 0,
  } as const;
  expect(tokenFault(bearer, rules, '200000000359', Number(claims['iat']))).toBeNull();
  const facts = { endpoint: String(claims['aud']), senderOds: 'R1A14' };
  expect(tokenPartyFault(claims, facts, [])).toBeNull();
});

const part = (text: string) => Buffer.from(text).toString('base64url');

test('the payload of the guide is read as it is written', () => {
  const json = Array.from(guide.matchAll(/^```json\n(.*?)^```/gms), ([, block = '']) => block).find((block) =>
    block.includes('"requested_scope"'),
  );
  const token = readBearerToken(`Bearer ${part('{"alg":"none","typ":"JWT"}')}.${part(json ?? '')}.`);
  const claims: unknown = JSON.parse(json ?? '');
  expect(token).toMatchObject({ state: 'read', alg: 'none', claims });
});

test('every text of a refusal that the guide names is one', () => {
  const texts = Object.values(refusals).flatMap((row: RefusalRow) => [
    row.text,
    row.code ?? row.text,
    row.diagnostics ?? row.text,
  ]);
  const known = texts.map((text) => text.replaceAll(/\{\w+\}/g, '…'));
  const named = Array.from(guide.matchAll(/`(?!EDGE_)([A-Z]+(?:_[A-Z…]+)+)`/g), ([, text = '']) => text);
  expect(named.length).toBeGreaterThan(10);
  const isKnown = (text: string) => known.some((one) => one === text || `${one}_…` === text);
  expect(named.filter((text) => !isKnown(text))).toEqual([]);
});

test('the time limits of the guide are the defaults of the settings that it names', () => {
  const defaults = Object.fromEntries(
    Array.from(
      readFileSync(configurationPage, 'utf8').matchAll(/^\| `(EDGE_\w+_MS)` \|.*\| `(\d+)` \|$/gm),
      ([, name, ms]) => [name, Number(ms) / 1_000],
    ),
  );
  const limits = Array.from(
    guide.matchAll(/^\|[^|]+\| (\d+) s +\|[^|]+\| `(EDGE_\w+)` +\|$/gm),
    ([, seconds, name = '']) => ({ name, seconds: Number(seconds) }),
  );
  expect(limits.length).toBeGreaterThan(5);
  expect(limits).toEqual(limits.map(({ name }) => ({ name, seconds: defaults[name] })));
});

test('every status of a refusal is in the guide', () => {
  const statuses = new Set(Object.values(refusals).map(({ status }) => String(status)));
  const table = guide.slice(guide.indexOf('| Status'), guide.indexOf('[errors.md](errors.md) has'));
  const rows = Array.from(table.matchAll(/^\| ([\d, ]+?) +\|/gm), ([, cell = '']) => cell.split(', '));
  const described = new Set(rows.flat().map((status) => status.trim()));
  expect(Array.from(statuses).filter((status) => !described.has(status))).toEqual([]);
});

test('the examples that the guide lists are those that are there, and the README says the same', () => {
  const lines = /^node examples\/on-local-platform\.mjs .+$/gm;
  const commands = guide.match(lines);
  expect(commands).toHaveLength(5);
  expect(readFileSync(examplesPage, 'utf8').match(lines)?.slice(0, 5)).toEqual(commands);
});
