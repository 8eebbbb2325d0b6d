import { MonthClosing, tariffsPath, usageMonthsPath } from '@ssp/contracts';

/** What the sample's exchanges are paid with. */
export const sampleTariffs = `
prices:
  - id: standard
    from: 2000-01
    supplier: any
    interaction: any
    outcome: any
    tiers: [{ upTo: 100, price: 0.0125 }, { price: 0.01 }]
minimums:
  - { id: least-cedar, from: 2000-01, supplier: Cedar Clinical, amount: 250.00 }
`;

type Billing = {
  readonly billing: { readonly url: string };
  readonly tokens: { readonly billing: string };
  readonly reconciles: boolean;
};

const closePath = (month: string) => `${usageMonthsPath}/${month}/close`;

/** Where billing has no audit somebody must answer for it. */
const monthEnd = ({ reconciles }: Billing) => ({
  why: 'month end',
  ...(!reconciles && { unreconciled: 'a test' }),
});

/** Closes whatever stands open before a month: others count their exchanges here too. @throws Error where the billing API refuses */
export async function closeBefore(platform: Billing, month: string): Promise<void> {
  const { reasons } = MonthClosing.parse(await order(platform, closePath(month), { dryRun: true }));
  for (const reason of reasons) {
    const [, earlier] = /^(20\d\d-\d\d) has usage and is still open$/.exec(reason) ?? [];
    if (earlier !== undefined) await order(platform, closePath(earlier), monthEnd(platform));
  }
}

/** Puts the tariffs in force and closes February. @throws Error where the billing API refuses */
export async function closeFebruary(platform: Billing): Promise<void> {
  await order(platform, tariffsPath, { text: sampleTariffs, version: '0', why: 'sample' });
  await closeBefore(platform, '2026-02');
  await order(platform, closePath('2026-02'), monthEnd(platform));
}

async function order({ billing, tokens }: Billing, path: string, body: object): Promise<unknown> {
  const answer = await fetch(`${billing.url}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${tokens.billing}` },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${path}: ${await answer.text()}`);
  return answer.json();
}
