import { type CallBody } from './call-body.ts';
import { type ConsumerSystem } from './consumer-options.ts';
import { type PreparedCall } from './prepare-call.ts';

/** The line of shell that sends the same request with curl, from any directory. It holds the token, and names the key's file. */
export function curlLine(
  { edgeUrl, tls }: ConsumerSystem,
  { method, target, headers, leftOut }: Omit<PreparedCall, 'traceId'>,
  body: CallBody | null,
  timeoutMs: number,
): string {
  const seconds = String(Math.ceil(timeoutMs / 1_000));
  const options: (readonly string[])[] = [
    // The URL goes out as it is: no pattern in it, no dot segment taken from it.
    ['--globoff', '--path-as-is', '--http1.1', '--tlsv1.2'],
    ['--connect-timeout', seconds, '--speed-limit', '1', '--speed-time', seconds],
    ...(tls.ca === null ? [] : [['--cacert', tls.ca]]),
    ['--cert', tls.cert ?? '', '--key', tls.key ?? ''],
    method === 'HEAD' ? ['--head'] : ['--request', method],
    ...headers.map(([name, value]) => ['-H', `${name}: ${value}`]),
    // Said so, curl leaves its own out too.
    ...leftOut.map((name) => ['-H', `${name}:`]),
    ...(body === null ? [] : [['--data-binary', bodyArgument(body)]]),
    [edgeUrl + target],
  ];
  return `curl ${options.map((words) => words.map((word) => quoted(word)).join(' ')).join(' \\\n  ')}\n`;
}

function bodyArgument(body: CallBody): string {
  switch (body.from) {
    case 'file':
      return `@${body.file}`;
    case 'input':
      return '@-';
    case 'text':
      return body.text;
  }
}

/** As sh reads it: nothing in single quotes means anything but the quote itself. */
function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
