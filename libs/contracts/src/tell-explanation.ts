import { type ExplainedCheck, type ExplainedRow, type Explanation } from './explanation.ts';
import { refusingLimitText } from './tell-limits.ts';

/** What was decided on which facts, by name, and what would be decided now. */
export function explanationSummary(explanation: Explanation): readonly (readonly [string, string])[] {
  const { exchange, edge, facts, decision, now } = explanation;
  const lines: (readonly [string, string])[] = [];
  if (exchange !== null) {
    const { internalId, traceId, decisionId, receivedAt, status, outcome } = exchange;
    lines.push([
      'exchange',
      `${internalId}, ${outcome ?? 'under way'}${status === null ? '' : ` ${status}`}, ${receivedAt ?? 'unknown time'}`,
    ]);
    lines.push(['trace id', traceId ?? 'none']);
    lines.push(['decision', decisionId ?? 'authz did not decide']);
  }
  if (edge !== null) {
    const detail = edge.detail === null ? '' : ` (${edge.detail})`;
    lines.push(['ended by', `the edge at "${edge.stage}": ${edge.refusal}${detail}, see ${edge.docs}`]);
    if (edge.limit !== null) lines.push(['limit', refusingLimitText(edge.limit, facts)]);
  }
  if (facts !== null) {
    lines.push(
      ['from', facts.from],
      ['to', facts.to],
      ['interaction', facts.interactionId],
      ['target', facts.target],
      ['certificate', facts.certificateNames.join(', ') || 'no name'],
      ['network', facts.network],
      ['at', facts.at],
    );
  }
  if (decision !== null) {
    const { rulesVersion, made, outcome, answer, agreementId } = decision;
    lines.push(['rules', `version ${rulesVersion}${made === null ? '' : `, ${madeText(made)}`}`]);
    lines.push([
      // What the edge ended by itself was not refused by the rules, whatever they say.
      edge === null ? 'outcome' : 'by authz',
      answer === null
        ? `allowed, agreement ${agreementId ?? ''}`
        : `refused: ${outcome}, ${answer.status} ${answer.text}`,
    ]);
  }
  if (now !== null) {
    const differs = now.differs.map(({ id, result, why }) => `${id} ${result}: ${why}`).join(' ');
    lines.push([
      'now',
      `version ${now.rulesVersion}: ${now.same ? 'the same' : now.outcome === 'allow' ? 'allowed' : `refused, ${now.outcome}`}${differs === '' ? '' : `; ${differs}`}`,
    ]);
  }
  return lines;
}

/** A check's result, and whether the decision came as far. */
export function checkResultText({ result, reached, by }: ExplainedCheck): string {
  if (by === 'edge') return result;
  return reached ? result : `${result} (not reached)`;
}

/** How a row came, and how long it was in force. */
export function rowCameText({ sinceVersion, untilVersion, since }: ExplainedRow): string {
  const until = untilVersion === null ? '' : ` until version ${untilVersion}`;
  return `since version ${sinceVersion}${since === null ? '' : ` (${madeText(since)})`}${until}`;
}

function madeText({ at, who, why }: NonNullable<ExplainedRow['since']>): string {
  return `${at} by ${who}: ${why}`;
}
