import { Statement } from '@ssp/contracts';
import { backingServices, createDatabase } from '@ssp/testing/vitest';
import { Pool } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startConsoleRig } from './console-rig.ts';
import { closeBefore, sampleTariffs } from './sample-tariffs.ts';

const resources = new AsyncDisposableStack();
let rig: Awaited<ReturnType<typeof startConsoleRig>>;

let books: Pool;

beforeAll(async () => {
  const postgres = await createDatabase(resources);
  books = resources.adopt(new Pool({ connectionString: postgres.url, max: 1 }), (it) => it.end());
  rig = await startConsoleRig({ postgres, brokers: backingServices().kafka.brokers }, resources);
});
afterAll(() => resources.disposeAsync());

type Seen = { readonly status: number; readonly location: string | null; readonly html: string };

async function visitorOf(role: 'billing' | 'auditor') {
  const origin = await rig.serveTo(role, rig.platform.tokens[role]);
  const ask = async (path: string, form?: Readonly<Record<string, string>>): Promise<Seen> => {
    const answer = await fetch(`${origin}${path}`, {
      redirect: 'manual',
      ...(form !== undefined && { method: 'POST', body: new URLSearchParams(form) }),
    });
    return {
      status: answer.status,
      location: answer.headers.get('location'),
      html: await answer.text(),
    };
  };
  return ask;
}

const proposal = '/tariffs/proposal';
const close = '/months/2026-02/close';

test('tariffs are proposed, compared and put in force, a month is closed, and its statements lead to exchanges', async () => {
  const ask = await visitorOf('billing');

  const untariffed = await ask(close);
  expect(untariffed.html).toMatch(/no price fits [^]* of Cedar Clinical in 2026-02/);
  expect(untariffed.html).not.toContain('action="/months');

  const faulty = await ask(proposal, { step: 'diff', text: 'prices: []\r\nminimums:\r\n  - { id: a }\r\n' });
  expect(faulty.status).toBe(400);
  expect(faulty.html).toMatch(/Line 3, column \d+: minimums\[0\]\.from/);
  const compared = await ask(proposal, { step: 'diff', text: sampleTariffs.replaceAll('\n', '\r\n') });
  expect(compared.html).toContain('2 new, 0 changed and 0 gone, compared with no tariffs');
  const load = { step: 'load', text: sampleTariffs, version: '0', why: 'approved by the board' };
  expect((await ask(proposal, { ...load, why: ' ' })).html).toContain('Say why, in one line');
  expect(await ask(proposal, load)).toMatchObject({ status: 303, location: '/tariffs' });
  const overtaken = await ask(proposal, { ...load, text: sampleTariffs.replace('0.0125', '0.0126') });
  expect(overtaken.status).toBe(400);
  expect(overtaken.html).toContain('The tariffs were changed since version 0');
  expect(overtaken.html).toContain('0 new, 1 changed and 0 gone, compared with version 1');
  const inForce = (await ask('/tariffs')).html;
  expect(inForce).toContain('approved by the board');
  expect(inForce).toContain('1 to 100');
  expect(inForce).toContain('£0.0125');
  expect((await ask('/tariffs/file')).html).toContain('0.0125');

  expect((await ask('/months/2026-02')).html).toContain('See what it would be closed with');
  await closeBefore(rig.platform, '2026-02');
  const trial = (await ask(close)).html;
  for (const text of ['SSP-2026-02-0003', 'Birch &amp; Sons Systems', 'action="/months/2026-02/close"'])
    expect(trial).toContain(text);
  const unconfirmed = await ask(close, { why: 'month end', unreconciled: '' });
  expect(unconfirmed.status).toBe(400);
  expect(unconfirmed.html).toContain('Confirm that the month is to be closed for good');
  // What it would be closed with may take minutes to reckon: it is not for a form that was not filled in.
  expect(unconfirmed.html).toContain('See anew what it would be closed with');
  expect(unconfirmed.html).not.toContain('SSP-2026-02-0003');
  expect(unconfirmed.html).toContain('name="unreconciled"');
  const audited = { why: 'month end', confirmed: 'yes' };
  const unsaid = await ask(close, audited);
  expect(unsaid.status).toBe(409);
  expect(unsaid.html).toContain('say why it is closed unreconciled');
  expect(unsaid.html).not.toContain('SSP-2026-02-0003');
  const order = { ...audited, unreconciled: 'there is no audit here' };
  const early = await ask('/months/2026-03/close', order);
  expect(early.status).toBe(409);
  expect(early.html).toContain('2026-02 has usage and is still open');
  expect(await ask(close, order)).toMatchObject({ status: 303, location: '/months/2026-02' });

  const closed = (await ask('/months/2026-02')).html;
  expect(closed).toContain('month end');
  expect(closed).toContain('there is no audit here');
  const [, number = ''] = /href="\/statements\/(SSP-2026-02-\d+)"/.exec(closed) ?? [];
  expect(number).not.toBe('');
  expect(closed).not.toContain('See what it would be closed with');
  expect((await ask('/months')).html).toMatch(/February 2026[^]*Closed/);
  const past = await ask(proposal, { step: 'diff', text: sampleTariffs.replace('0.0125', '0.0126') });
  expect(past.html).toMatch(/months that are closed otherwise: [^<]*February 2026/);
  expect(past.html).not.toContain('Put in force');

  const statement = (await ask(`/statements/${number}`)).html;
  const [, total = ''] = /£([\d,.]+) for February 2026/.exec(statement) ?? [];
  expect(total).not.toBe('');
  expect((await ask(`/statements/${number}/csv`)).html).toContain(total.replaceAll(',', ''));
  const kept = Statement.parse(JSON.parse((await ask(`/statements/${number}/json`)).html));
  expect(kept.total).toBe(total.replaceAll(',', ''));
  expect((await ask(`/statements/${number}/html`)).html).toContain(total);
  const downloads = (await ask('/downloads?month=2026-02')).html;
  for (const [, file = ''] of downloads.matchAll(/href="([^"]*)" download/g))
    expect([file, (await ask(file.replaceAll('&amp;', '&'))).status]).toEqual([file, 200]);
  expect((await ask('/overview?month=2026-02')).html).toContain('This month is closed.');

  const correction = `/statements/${number}/correction`;
  expect((await ask(`/statements/${number}/lines/1`)).html).toContain(`href="${correction}?line=1"`);
  const wrong = await ask(correction, { line: 'one', amount: '1.234', why: '' });
  expect(wrong.status).toBe(400);
  for (const text of ['Give the number of the line', 'Give pounds and pence', 'Say why, in one line'])
    expect(wrong.html).toContain(text);
  const ordered = { line: '1', amount: '-0.01', why: 'a test call' };
  expect((await ask(correction, { ...ordered, line: '999' })).html).toContain('There is no line 999');
  expect(await ask(correction, ordered)).toMatchObject({ status: 303, location: '/corrections' });
  const again = await ask(correction, ordered);
  expect({ status: again.status, html: again.html }).toEqual({
    status: 400,
    html: expect.stringContaining('is the same and waits'),
  });
  expect((await ask('/corrections')).html).toMatch(/a test call[^]*Waits for the next statement/);
  expect((await ask(`/statements/${number}/lines/1`)).html).toMatch(/[0-9a-f]{8}-[0-9a-f]{4}-4/);
});

test('whoever does not keep the books reads them and changes nothing', async () => {
  const ask = await visitorOf('auditor');
  for (const path of ['/months', '/months/2026-02', '/tariffs', '/statements', '/corrections', '/downloads'])
    expect([path, (await ask(path)).status]).toEqual([path, 200]);
  expect((await ask('/months/2026-13')).status).toBe(400);
  expect((await ask('/tariffs')).html).not.toContain('Propose a change');
  for (const path of [close, proposal, '/statements/SSP-2026-02-0001/correction']) {
    expect([path, (await ask(path)).status]).toEqual([path, 403]);
    expect([path, (await ask(path, { step: 'load' })).status]).toEqual([path, 403]);
  }
});

/** The files that billing has noted as taken out, for the audit to be told. */
async function told(): Promise<readonly string[]> {
  const { rows } = await books.query<{ file: string }>(
    `select data->'what'->>'file' as file from billing.deed where data->>'action' = 'exported' order by id`,
  );
  return rows.map(({ file }) => file);
}

test('a file is told of as taken out once it goes out, and not where its head alone is asked for', async () => {
  const origin = await rig.serveTo('billing', rig.platform.tokens.billing);
  const before = await told();
  const files = ['/usage.csv?month=2026-02', '/statements/SSP-2026-02-0001/csv', '/tariffs/file'];
  for (const file of files) {
    const [head, held, whole] = [
      await fetch(`${origin}${file}`, { method: 'HEAD' }),
      await told(),
      await fetch(`${origin}${file}`, { headers: { 'if-none-match': '*' } }),
    ];
    expect(whole.headers.get('content-disposition')).toMatch(
      /usage-2026-02.csv|SSP-2026-02-0001.csv|tariffs-1.yaml/,
    );
    for (const name of ['content-disposition', 'content-type'])
      expect([file, head.headers.get(name)]).toEqual([file, whole.headers.get(name)]);
    expect([file, head.status, whole.status]).toEqual([file, 200, 200]);
    expect((await told()).length).toBe(held.length + 1);
  }
  expect((await told()).slice(before.length)).toEqual(['usage', 'statement', 'tariffs']);
  const none = await fetch(`${origin}/statements/SSP-2026-02-9999/csv`, { method: 'HEAD' });
  expect(none.status).toBe(404);
});
