import { once } from 'node:events';
import { createServer } from 'node:http';
import { expect, test } from 'vitest';
import { askExplanation } from './ask-explanation.ts';

/** A service that answers in turn what it is told, the last again and again. */
async function asking(answers: readonly { readonly status: number; readonly body: unknown }[]) {
  await using resources = new AsyncDisposableStack();
  let asked = 0;
  const server = createServer((_req, res) => {
    const { status, body } = answers[Math.min(asked, answers.length - 1)] ?? { status: 500, body: null };
    asked += 1;
    res.writeHead(status).end(JSON.stringify(body));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  resources.defer(() => void server.close());
  const address = server.address();
  const service = {
    name: 'the operator API',
    url: `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`,
    token: null,
    tls: { ca: null, cert: null, key: null },
    timeoutMs: 2_000,
  };
  const ask = { traceId: '9d6a8a7f-7189-481a-8f6e-5084d0c5b761' };
  const explanations = await askExplanation(service, ask, new AbortController().signal);
  return { explanations, asked };
}

const onItsWay = { status: 404, body: { detail: 'The audit has no exchange of this traceId.' } };

test('an exchange that is on its way to the audit is asked for again', async () => {
  const { explanations, asked } = await asking([onItsWay, { status: 200, body: { explanations: [] } }]);
  expect({ explanations, asked }).toEqual({ explanations: [], asked: 2 });
});

test.for([
  {
    what: 'a fault',
    answer: { status: 503, body: { detail: 'No audit.' } },
    said: 'the operator API answers 503: No audit',
  },
  { what: 'another form', answer: { status: 200, body: { reasons: [] } }, said: 'are both of one release?' },
])('$what ends it', async ({ answer, said }) => {
  await expect(asking([answer])).rejects.toThrow(said);
});
