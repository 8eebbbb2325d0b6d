import { type RefusalCode, refusals } from '@ssp/spine';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Drill } from '../drill.ts';
import { Unexpected } from '../ends.ts';
import { type Conduct } from '../drill-provider.ts';
import { until } from '../until.ts';

const heldMs = 8_000;

function conductDrill(
  name: string,
  conduct: Conduct,
  refusal: RefusalCode,
  words: Pick<Drill, 'does' | 'expected'> & { readonly again: boolean },
): Drill {
  const { status } = refusals[refusal];
  return {
    name,
    does: words.does,
    expected: words.expected,
    allowed: { refusals: [refusal], cutOff: false, again: words.again },
    run: async ({ provider }, traffic) => {
      provider.behave(conduct);
      try {
        await until(`refused with ${status}`, () => traffic.answered(status) > 0);
        await sleep(heldMs);
      } finally {
        provider.behave('answers');
      }
    },
  };
}

/** A provider takes requests and never answers. */
const hangs = conductDrill('provider-hangs', 'hangs', 'provider-timeout', {
  does: `A provider takes requests and answers none for ${heldMs / 1_000} s and more`,
  expected: 'Refused with 504 once its time is over; nothing is sent to it twice',
  again: false,
});

/** A provider ends connections in the midst of requests. */
const resets = conductDrill('provider-resets', 'resets', 'provider-unreachable', {
  does: `A provider ends the connection of each request for ${heldMs / 1_000} s`,
  expected:
    'Refused with 502; a GET whose kept connection ended under it may come to the provider again, and is audited and counted once',
  again: true,
});

/** A provider shows a certificate that is for another name. */
const wrongCertificate: Drill = {
  name: 'provider-wrong-certificate',
  does: 'A provider begins to show a sound certificate for another name, then its own again',
  expected: 'Refused with 502 and not one forwarded; served again under its own',
  allowed: { refusals: ['provider-unreachable'], cutOff: false },
  run: async ({ provider, pki }, traffic) => {
    await provider.show(pki.consumers.other);
    const before = provider.reached.length;
    try {
      await until('refused with 502', () => traffic.answered(502) > 40);
      const more = provider.reached.length - before;
      if (more > 0) throw new Unexpected(`${more} were forwarded all the same`);
    } finally {
      await provider.show(pki.provider);
    }
  },
};

export const providerDrills: readonly Drill[] = [hangs, resets, wrongCertificate];
