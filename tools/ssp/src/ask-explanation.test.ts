import { type ExplainAsk } from '@ssp/contracts';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { expect, test } from 'vitest';
import { askExplanation } from './ask-explanation.ts';

const traced: ExplainAsk = { traceId: '9d6a8a7f-7189-481a-8f6e-5084d0c5b761' };

/** A service that answers in turn what it is told, the last again and again. */
async function asking(
  answers: readonly { readonly status: number; readonly body: unknown }[],
  {
    untilMs = 60_000,
    asks = [traced],
  }: { readonly untilMs?: number; readonly asks?: readonly ExplainAsk[] } = {},
) {
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
    timeoutMs: 30_000,
  };
  const told: string[] = [];
  const explanations = await askExplanation(
    service,
    asks,
    (line) => told.push(line),
    new AbortController().signal,
    { untilMs, pauseMs: 1 },
  );
  return { explanations, asked, told };
}

const onItsWay = { status: 404, body: { detail: 'The audit has no exchange of this traceId.' } };

/** What the audit holds of an exchange, as far as it is known to it. */
const explained = (outcome: 'forwarded' | null) => ({
  exchange: {
    internalId: 'a',
    traceId: null,
    decisionId: null,
    receivedAt: null,
    outcome,
    status: null,
    refusal: null,
  },
  edge: null,
  facts: null,
  decision: null,
  checks: [],
  now: null,
  notes: [],
});
const underWay = { status: 200, body: { explanations: [explained(null)] } };
const ended = { status: 200, body: { explanations: [explained('forwarded')] } };

test.for([
  { what: 'at once', answers: [ended], asked: 1, told: [] },
  { what: 'once the audit has it', answers: [onItsWay, ended], asked: 2, told: ['does not hold it yet'] },
  {
    what: 'once its end is known',
    answers: [underWay, ended],
    asked: 2,
    told: ['does not hold its end yet'],
  },
  {
    what: 'once the audit has all of it, told of the wait once',
    answers: [onItsWay, underWay, underWay, ended],
    asked: 4,
    told: ['does not hold it yet'],
  },
])('an exchange is explained $what', async ({ answers, asked, told }) => {
  expect(await asking(answers)).toEqual({
    explanations: ended.body.explanations,
    asked,
    told: told.map((line) => expect.stringContaining(line)),
  });
});

test('what is under way for longer is explained as far as it is known', async () => {
  const { explanations } = await asking([underWay], { untilMs: 0 });
  expect(explanations).toEqual(underWay.body.explanations);
});

test('an id of which nobody knows what it is the id of is tried as each', async () => {
  const asks: ExplainAsk[] = [traced, { internalId: '9d6a8a7f-7189-481a-8f6e-5084d0c5b761' }];
  const { asked, told } = await asking([onItsWay, ended], { asks });
  expect({ asked, told }).toEqual({ asked: 2, told: [] });
});

test('an exchange that never comes is told so', async () => {
  await expect(asking([onItsWay], { untilMs: 0 })).rejects.toThrow('holds no such exchange, also after 0 s');
});

const facts = { from: '1', to: '2', interactionId: 'x', target: 'https://h' };

test('facts, which no exchange belongs to, are explained at once', async () => {
  const judged = { status: 200, body: { explanations: [{ ...explained(null), exchange: null }] } };
  expect(await asking([judged], { asks: [{ facts }], untilMs: 50 })).toEqual({
    explanations: judged.body.explanations,
    asked: 1,
    told: [],
  });
});

test('facts are not waited for', async () => {
  await expect(asking([onItsWay], { asks: [{ facts }], untilMs: 50 })).rejects.toThrow('answers 404');
});

test.for([
  {
    what: 'a fault',
    answer: { status: 503, body: { detail: 'No audit.' } },
    said: 'the operator API answers 503: No audit',
  },
  { what: 'another form', answer: { status: 200, body: { reasons: [] } }, said: 'are both of one release?' },
])('$what ends it', async ({ answer, said }) => {
  await expect(asking([answer], { untilMs: 50 })).rejects.toThrow(said);
});
