import {
  type AuditedStory,
  type CountedPlace,
  countedPlaceText,
  storyLogText,
  storySteps,
  storySummary,
} from '@ssp/contracts';
import { formatProperties, formatTable } from './table.ts';

/** A story as a person reads it: what the exchange is, what happened, in its order, and where else it is told of. */
export function storyText(story: AuditedStory, place: CountedPlace | null): string {
  const steps = storySteps(story).map(({ step, tookMs, says }) => [
    step,
    tookMs === null ? '' : tookMs.toFixed(1),
    says,
  ]);
  const elsewhere = formatProperties([
    ...(place === null ? [] : ([['billing', countedPlaceText(place)]] as const)),
    ['logs', storyLogText(story)],
  ]);
  return `${formatProperties(storySummary(story))}\n${formatTable(['STEP', 'MS', 'WHAT HAPPENED'], steps)}\n${elsewhere}`;
}
