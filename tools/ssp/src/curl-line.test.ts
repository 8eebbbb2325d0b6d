import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { type CallBody } from './call-body.ts';
import { curlLine } from './curl-line.ts';

const consumer = {
  edgeUrl: 'https://127.0.0.1:8443',
  tls: { ca: '/pki/ca.pem', cert: "/it's here/c.pem", key: '/pki/k.pem' },
  asid: '200000000359',
  odsCode: 'R1A14',
  fqdn: 'good.nhs.uk',
};

/** What sh hands to curl: the line is run with a `curl` that prints each of its arguments. */
function argumentsOf(
  method: string,
  target: string,
  headers: [string, string][],
  body: CallBody | null,
): string[] {
  const line = curlLine(consumer, { method, target, headers, leftOut: ['Accept'] }, body, 1_500);
  const script = `curl() { for each in "$@"; do printf '%s\\0' "$each"; done; }\n${line}`;
  return execFileSync('sh', ['-c', script], { encoding: 'utf8' }).split('\0').slice(0, -1);
}

test('sh reads the line as it was meant, whatever stands in it', () => {
  const target = `/https://a.nhs.uk/$x/\`id\`/'"*?{a,b}[1]&y=!;#%20`;
  const text = 'it\'s $(id) `id`\n\\ "quoted"';
  const args = argumentsOf('POST', target, [['X-Odd', "a'b $HOME"]], { from: 'text', text });
  expect(args.slice(0, 11)).toEqual(
    '--globoff --path-as-is --http1.1 --tlsv1.2 --connect-timeout 2 --speed-limit 1 --speed-time 2 --cacert'.split(
      ' ',
    ),
  );
  expect(args.slice(11, -1)).toEqual([
    '/pki/ca.pem',
    '--cert',
    "/it's here/c.pem",
    '--key',
    '/pki/k.pem',
    '--request',
    'POST',
    '-H',
    "X-Odd: a'b $HOME",
    '-H',
    'Accept:',
    '--data-binary',
    text,
  ]);
  expect(args.at(-1)).toBe(`https://127.0.0.1:8443${target}`);
});

test.for([
  { body: { from: 'file', file: '/a b.json', bytes: 1 }, shown: '@/a b.json' },
  { body: { from: 'input' }, shown: '@-' },
] as const)('a body of $body.from is streamed by curl too', ({ body, shown }) => {
  const args = argumentsOf('POST', '/x', [], body);
  expect(args[args.indexOf('--data-binary') + 1]).toBe(shown);
});

test('curl would wait for the body of an answer to HEAD, and is told', () => {
  const args = argumentsOf('HEAD', '/x', [], null);
  expect(args).toContain('--head');
  expect(args).not.toContain('--request');
});
