import { isAsid, isInteractionId } from '@ssp/spine';

/** The members by which every ask names an exchange. */
export type NamedExchange = { readonly from: string; readonly to: string; readonly interactionId: string };

/** Whether a value names an exchange as the schemas of the asks want it, without their cost. */
export function namesExchange(value: object): value is NamedExchange {
  return (
    'from' in value &&
    typeof value.from === 'string' &&
    isAsid(value.from) &&
    'to' in value &&
    typeof value.to === 'string' &&
    isAsid(value.to) &&
    'interactionId' in value &&
    typeof value.interactionId === 'string' &&
    isInteractionId(value.interactionId)
  );
}
