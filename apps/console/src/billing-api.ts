import { readFileSync } from 'node:fs';
import { UsageMonths, usageMonthsPath, usagePath, UsageReport } from '@ssp/contracts';
import { readLinkFiles } from '@ssp/service';
import { Agent, request } from 'undici';
import { type z } from 'zod';
import { type ConsoleConfig } from './config.ts';
import { type UsageChoice } from './usage-choice.ts';

/** The API gave no answer that a page can be made of; the message is for our logs. */
export class BillingApiError extends Error {
  override readonly name = 'BillingApiError';
}

/** The console's way to the figures. Every call rejects with a BillingApiError. */
export type BillingApi = {
  /** Months that have usage, newest first. */
  readonly months: () => Promise<readonly string[]>;
  readonly usage: (choice: UsageChoice) => Promise<UsageReport>;
  /** The same as a CSV file's text. */
  readonly usageCsv: (choice: UsageChoice) => Promise<string>;
};

/** Reads token and certificates, and keeps connections to the API until release. */
export function connectBillingApi(
  { url, tokenFile, timeoutMs, ...files }: ConsoleConfig['billingApi'],
  resources: AsyncDisposableStack,
): BillingApi {
  const token = readFileSync(tokenFile, 'utf8').trim();
  const agent = new Agent({ connect: readLinkFiles(files) });
  resources.defer(() => agent.destroy());

  const ask = async (path: string, query: Record<string, string>, accept: string): Promise<string> => {
    try {
      const { statusCode, body } = await request(new URL(path, url), {
        dispatcher: agent,
        query,
        headers: { accept, authorization: `Bearer ${token}` },
        signal: AbortSignal.timeout(timeoutMs),
      });
      const text = await body.text();
      if (statusCode !== 200)
        throw new BillingApiError(`${path} answered ${statusCode}: ${text.slice(0, 500)}`);
      return text;
    } catch (cause) {
      if (cause instanceof BillingApiError) throw cause;
      throw new BillingApiError(`${path} could not be asked`, { cause });
    }
  };

  return {
    months: async () => read(UsageMonths, await ask(usageMonthsPath, {}, 'application/json')).months,
    usage: async (choice) => read(UsageReport, await ask(usagePath, parameters(choice), 'application/json')),
    usageCsv: (choice) => ask(usagePath, parameters(choice), 'text/csv'),
  };
}

const parameters = ({ month, groupBy }: UsageChoice) => ({ month, groupBy: groupBy.join(',') });

function read<Schema extends z.ZodType>(schema: Schema, text: string): z.output<Schema> {
  try {
    return schema.parse(JSON.parse(text));
  } catch (cause) {
    throw new BillingApiError('the answer is not what it should be', { cause });
  }
}
