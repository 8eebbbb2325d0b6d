import { type AuditedStory, storySteps, storySummary } from '@ssp/contracts';
import { formatProperties, formatTable } from './table.ts';

/** A story as a person reads it: what the exchange is, then what happened, in its order. */
export function storyText(story: AuditedStory): string {
  const steps = storySteps(story).map(({ step, tookMs, says }) => [
    step,
    tookMs === null ? '' : tookMs.toFixed(1),
    says,
  ]);
  return `${formatProperties(storySummary(story))}\n${formatTable(['STEP', 'MS', 'WHAT HAPPENED'], steps)}`;
}
