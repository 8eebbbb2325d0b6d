import { createServer, type RequestListener } from 'node:http';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { listen } from './listen.ts';
import { Problem, renderProblem } from './problem.ts';

async function answerTo(error: unknown, method = 'GET') {
  await using resources = new AsyncDisposableStack();
  const render = renderProblem(pino({ level: 'silent' }));
  const handler: RequestListener = (req, res) => render(error, req, res, () => undefined);
  const { port } = await listen(createServer(handler), { host: '127.0.0.1', port: 0 }, resources);
  const answer = await fetch(`http://127.0.0.1:${port}`, { method, headers: { connection: 'close' } });
  return { answer, text: await answer.text() };
}

test('a problem is told with its members', async () => {
  const { answer, text } = await answerTo(new Problem(412, 'It was changed.', { held: { a: 1 } }));
  expect(answer.status).toBe(412);
  expect(answer.headers.get('content-type')).toContain('application/problem+json');
  expect(JSON.parse(text)).toEqual({
    type: 'about:blank',
    title: 'What is held has changed meanwhile',
    status: 412,
    detail: 'It was changed.',
    held: { a: 1 },
  });
});

test('what is no problem of the caller says nothing of itself', async () => {
  const { answer, text } = await answerTo(new Error('password of db.internal'));
  expect(answer.status).toBe(500);
  expect(text).not.toContain('db.internal');
});

test.for([
  { status: 401 as const, header: 'www-authenticate', value: 'Bearer' },
  { status: 405 as const, header: 'allow', value: 'GET, HEAD' },
])('$status comes with $header', async ({ status, header, value }) => {
  expect((await answerTo(new Problem(status, 'no'))).answer.headers.get(header)).toBe(value);
});

test('HEAD is answered without a body', async () => {
  expect((await answerTo(new Problem(404, 'no'), 'HEAD')).text).toBe('');
});
