const script = `
const { readFileSync } = require('node:fs');
const [url, isCertified] = process.argv.slice(1);
const file = (name) => readFileSync('/run/secrets/' + name);
const own = isCertified === 'true' ? { cert: file('tls.pem'), key: file('tls.key.pem') } : {};
const end = (text) => process.stdout.write(text, () => process.exit());
require('node:https').get(url, { ca: file('ca.pem'), ...own }, async (answer) =>
  end(answer.statusCode + '\\n' + Buffer.concat(await answer.toArray())),
).on('error', (error) => end(error.code + ' ' + error.message));
`;

/** Runs a program in a container, and tells what it writes. */
type Execute = (...command: readonly string[]) => Promise<string>;

/**
 * What a listener of the platform tells a container: the status, and the body in the lines below it, or why it did not answer.
 * The container shows its certificate unless it is told not to.
 */
export function askWithin(
  execute: Execute,
  url: string,
  { isCertified = true }: { readonly isCertified?: boolean } = {},
): Promise<string> {
  return execute('node', '--eval', script, url, String(isCertified));
}
