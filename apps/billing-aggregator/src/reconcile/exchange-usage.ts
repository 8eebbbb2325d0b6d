import { type BookedExchange, type BookGroup } from '@ssp/contracts';
import { type Usage, usageOf } from '../usage-of.ts';

/** What an exchange of the audit counts as. @throws ZodError for one that cannot be counted */
export function usageOfBooked(exchange: BookedExchange): Usage {
  const { time, wasAllowed, wasDialled, ...data } = exchange;
  return usageOf({ time, data: { ...data, ...marksOf({ wasAllowed, wasDialled }) } });
}

/** What each exchange of a group of the audit counts as, but for sizes and times. */
export function usageOfGroup(
  hour: string,
  group: BookGroup,
): Pick<Usage, 'key' | 'isBillable'> & { readonly name: string } {
  const { wasAllowed, wasDialled, ...data } = group;
  const { key, isBillable, ...usage } = usageOf({
    time: hour,
    data: {
      ...data,
      ...marksOf({ wasAllowed, wasDialled }),
      internalId: '',
      requestBytes: 0,
      responseBytes: 0,
      timings: { totalMs: 0, providerMs: null },
    },
  });
  const { supplier, providerAsid, consumerAsid, interaction, outcome } = usage;
  return { key, isBillable, name: [supplier, providerAsid, consumerAsid, interaction, outcome].join(', ') };
}

// Only that there is one counts.
function marksOf({ wasAllowed, wasDialled }: Pick<BookGroup, 'wasAllowed' | 'wasDialled'>) {
  return { agreementId: wasAllowed ? '-' : null, endpoint: wasDialled ? '-' : null };
}
