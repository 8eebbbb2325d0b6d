import { liveContent, type ServiceLook } from '@ssp/live-state';
import { formatMoment } from '../operation/moment-form.ts';
import { type Page } from '../page.ts';

/** How every service is at this moment. A service that does not answer is shown as such: the page itself never fails by it. */
export function livePage(look: () => Promise<readonly ServiceLook[]>): Page {
  return {
    path: '/operation',
    roles: ['operator'],
    place: { group: 'Operation', text: 'Live state' },
    get: async () => {
      const looks = await look();
      const now = new Date();
      return {
        kind: 'view',
        template: 'operation/live.njk',
        title: 'Live state',
        content: { ...liveContent(looks, now.getTime()), at: formatMoment(now) },
      };
    },
  };
}
