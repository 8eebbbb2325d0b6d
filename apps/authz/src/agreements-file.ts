import { Asid, InteractionId } from '@ssp/spine';
import { z } from 'zod';

const Selector = z.union([
  z.literal('any'),
  z.strictObject({ asid: Asid }),
  z.strictObject({ ods: z.string().regex(/^[A-Za-z0-9]{2,12}$/, 'an ODS code is letters and digits') }),
]);

const moment = z.iso.datetime({ offset: true });

const AgreementRule = z
  .strictObject({
    agreementId: z.string().min(1).max(100),
    /** Lower goes first; among equals a deny does. */
    priority: z.int().min(0).max(1_000_000_000),
    from: Selector,
    to: Selector,
    interaction: z.union([z.literal('any'), InteractionId]),
    effect: z.enum(['allow', 'deny']),
    validFrom: moment.optional(),
    /** The first moment at which it no longer holds. */
    validTo: moment.optional(),
  })
  .refine(
    ({ validFrom, validTo }) =>
      validFrom === undefined || validTo === undefined || Date.parse(validFrom) < Date.parse(validTo),
    { path: ['validTo'], error: 'ends before it begins' },
  );

/** The reviewed file of data sharing rules. */
export const AgreementsFile = z.strictObject({ rules: z.array(AgreementRule).max(100_000) });
export type AgreementsFile = z.infer<typeof AgreementsFile>;
export type Selector = z.infer<typeof Selector>;
