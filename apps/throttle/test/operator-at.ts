import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runOurs } from '@ssp/testing';

/** The command line as an operator has it, towards the API at this address; `folder` is where its token is written. */
export async function operatorAt(url: string, token: string, folder: string) {
  const tokenFile = join(folder, 'token');
  await writeFile(tokenFile, token);
  return (...args: readonly string[]) =>
    runOurs('tools/ssp/src/ssp.main.ts', ['limits', ...args, '--url', url, '--token-file', tokenFile], {});
}
