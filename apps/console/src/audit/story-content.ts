import {
  type AuditedStory,
  checkResultText,
  type CountedPlace,
  countedPlaceText,
  type Explanation,
  explanationSummary,
  rowCameText,
  storyLogText,
  storySteps,
  storySummary,
} from '@ssp/contracts';
import { formatInstants } from '../operation/moment-form.ts';

type Properties = readonly (readonly [name: string, value: string])[];

/** One exchange on the page of stories. */
export type StoryContent = {
  readonly heading: string;
  readonly internalId: string;
  readonly summary: Properties;
  readonly steps: readonly { readonly step: string; readonly took: string; readonly says: string }[];
  /** What billing and the logs have of it. */
  readonly elsewhere: Properties;
  /** Null where nobody explains it. */
  readonly explanation: ExplanationContent | null;
};

type ExplanationContent = {
  readonly summary: Properties;
  readonly checks: readonly {
    readonly id: string;
    readonly title: string;
    readonly result: string;
    readonly why: string;
  }[];
  readonly remedies: readonly { readonly id: string; readonly text: string }[];
  readonly rows: readonly (readonly string[])[];
  readonly notes: readonly string[];
};

/** Lays out a story with what explains it. */
export function storyContent(
  story: AuditedStory,
  explanation: Explanation | null,
  place: CountedPlace | null,
): StoryContent {
  const { exchange } = story;
  return {
    heading: `${exchange.outcome ?? 'Under way'}${exchange.status === null ? '' : `, ${exchange.status}`}`,
    internalId: exchange.internalId,
    summary: storySummary(story).map(([name, value]) => [name, formatInstants(value)]),
    steps: storySteps(story).map(({ step, tookMs, says }) => ({
      step,
      took: tookMs === null ? '–' : `${tookMs.toFixed(1)} ms`,
      says,
    })),
    elsewhere: [
      ['billing', place === null ? billingUntold(story) : formatInstants(countedPlaceText(place))],
      ['logs', storyLogText(story)],
    ],
    explanation: explanation === null ? null : explanationContent(explanation),
  };
}

function billingUntold({ exchange }: AuditedStory): string {
  return exchange.completedAt === null ? 'not counted before its end is told' : 'cannot be told now';
}

function explanationContent(explanation: Explanation): ExplanationContent {
  const { checks, notes } = explanation;
  return {
    summary: explanationSummary(explanation).map(([name, value]) => [name, formatInstants(value)]),
    checks: checks.map((check) => ({
      id: check.id,
      title: check.title,
      result: checkResultText(check),
      why: check.why,
    })),
    remedies: checks.flatMap(({ id, remedy }) => (remedy === null ? [] : [{ id, text: remedy }])),
    rows: checks.flatMap(({ id, rows }) =>
      rows.map((row) => [id, row.table, row.key, formatInstants(rowCameText(row)), row.says]),
    ),
    notes,
  };
}
