import { readWire } from '@ssp/testing';
import { expect, test } from 'vitest';
import { judge } from './judge.ts';

const ours = 'Strict-Transport-Security: x\r\nX-Ssp-InternalID: 1\r\n';
const answered = `HTTP/1.1 200 OK\r\n${ours}Content-Length: 2\r\n\r\nab`;
const forwarded = [
  'POST /B82617/STU3/1/gpconnect/fhir/x HTTP/1.1',
  'Host: orange.testlab.nhs.uk',
  'Ssp-TraceID: 1',
  'Ssp-From: 1',
  'Ssp-To: 1',
  'Ssp-InteractionID: 1',
  'Content-Length: 2',
  '',
  'ab',
].join('\r\n');

function judged(answer: string, provider: string, ending: 'closed' | 'reset' | 'open' = 'closed'): string[] {
  const bytes = Buffer.from(answer);
  const reading = readWire(bytes, 'response', ending === 'closed');
  return judge({ bytes, ending, ...reading }, [readWire(Buffer.from(provider), 'request')]);
}

test('one answer for one request is as it should be, and so is an answer lost to a reset', () => {
  expect([judged(answered, forwarded), judged('', forwarded, 'reset')]).toEqual([[], []]);
});

test.for([
  { fault: '2 requests at the provider for 1 answers', answer: answered, provider: forwarded + forwarded },
  { fault: '0 requests at the provider for 1 answers', answer: answered, provider: '' },
  { fault: 'the consumer got half an answer', answer: answered.slice(0, -1), provider: forwarded },
  { fault: 'a body changed on its way', answer: answered.replace('ab', 'ba'), provider: forwarded },
  { fault: 'an answer without HSTS or id', answer: answered.replace('X-Ssp', 'X'), provider: forwarded },
  { fault: 'another Host', answer: answered, provider: forwarded.replace('orange', 'lemon') },
  {
    fault: 'the provider got ssp-from not once',
    answer: answered,
    provider: forwarded.replace('Ssp-From', 'Ssp-To'),
  },
  {
    fault: 'the provider got no HTTP: both framings',
    answer: '',
    provider: forwarded.replace('Content', 'Transfer-Encoding: chunked\r\nContent'),
  },
])('$fault is found', ({ fault, answer, provider }) => {
  expect(judged(answer, provider)).toContain(fault);
});
