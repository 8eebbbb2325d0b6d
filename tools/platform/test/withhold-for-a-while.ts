import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import { type PlatformRecords } from './platform-records.ts';

/** Withholds the sample practice by the command line and gives it back; each bites within a second, and is audited. */
export async function withholdForAWhile(platform: {
  readonly ssp: (...args: readonly string[]) => Promise<{ readonly status: number | null }>;
  readonly ask: () => Promise<{ readonly status: number; readonly body: string }>;
  readonly changesAudited: PlatformRecords['changesAudited'];
  readonly withinASecond: (holds: () => PromiseLike<unknown>) => Promise<void>;
}): Promise<void> {
  const { ssp, ask, changesAudited, withinASecond } = platform;
  const why = randomUUID();
  const rule = ['withheld-now', '--agreement-id', 'local', '--effect', 'deny', '--priority', '1'];
  expect(await ssp('agreements', 'add', ...rule, '--to', 'ods:B82617', '--why', why)).toMatchObject({
    status: 0,
  });
  const refused = { status: 403, body: expect.stringContaining('FOT_CHECK_FAILED') };
  await withinASecond(() => expect.poll(ask, { interval: 20 }).toMatchObject(refused));
  expect(await ssp('agreements', 'end', 'withheld-now', '--why', why)).toMatchObject({ status: 0 });
  await withinASecond(() => expect.poll(ask, { interval: 20 }).toMatchObject({ status: 200 }));
  const who = expect.stringMatching(/^operator:/);
  await expect
    .poll(() => changesAudited('rules.changed', why), { timeout: 60_000 })
    .toEqual([{ who }, { who }]);
}
