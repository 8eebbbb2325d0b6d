import { HeldLimits, ThrottleUseAnswer, usagePath, UsageReport } from '@ssp/contracts';
import { type Api, ApiError } from '../api.ts';
import { limitsContent } from '../operation/limits-content.ts';
import { type Page } from '../page.ts';

/** The limits in force, what a consumer has left of them, and who was refused this month. */
export function limitsPage(throttle: Api, billing: Api): Page {
  return {
    path: '/operation/limits',
    roles: ['operator'],
    place: { group: 'Operation', text: 'Limits and refusals' },
    get: async ({ person, query }) => {
      const asid = query.get('asid')?.trim() ?? '';
      const isAsid = /^\d{12}$/.test(asid);
      const month = new Date().toISOString().slice(0, 7);
      const [held, use, report] = await Promise.all([
        throttle.read(HeldLimits, { path: '/v1/limits' }, person),
        isAsid ? orNull(throttle.read(ThrottleUseAnswer, { path: `/v1/use/${asid}` }, person)) : null,
        orNull(
          billing.read(
            UsageReport,
            { path: usagePath, query: { month, groupBy: 'consumer,outcome' } },
            person,
          ),
        ),
      ]);
      return {
        kind: 'view',
        template: 'operation/limits.njk',
        title: 'Limits and refusals',
        ...(asid !== '' && !isAsid && { faults: [{ field: 'asid', text: 'Give an ASID as its 12 digits' }] }),
        content: limitsContent(asid, held, use, report),
      };
    },
  };
}

/** The rest of the page stands without it. */
async function orNull<Answer>(asked: Promise<Answer>): Promise<Answer | null> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof ApiError) return null;
    throw error;
  }
}
