import { type WhatIfReport } from '@ssp/contracts';
import { formatProperties, formatTable } from './table.ts';

/** What proposed rules would have done, as a person reads it. */
export function whatIfText(report: WhatIfReport): string {
  const { totals, changes, unlisted, byRefusal } = report;
  const refusals = Object.entries(byRefusal).map(([refusal, count]) => [refusal, String(count)]);
  return [
    formatProperties([
      ['period', `${report.since} to ${report.until}`],
      ['rules', `version ${report.rulesVersion}, ${report.differences} entries would differ`],
      ['judged', `${totals.judged} exchanges, as of ${report.judgedAt}`],
      ['newly refused', String(totals.newlyRefused)],
      ['newly allowed', String(totals.newlyAllowed)],
      ['refused otherwise', String(totals.refusedOtherwise)],
      ['still allowed', String(totals.stillAllowed)],
      ['still refused', String(totals.stillRefused)],
      ['not judged', `${totals.undecided}, on which authz did not decide`],
      [
        'changed since',
        `${totals.changedSince} would be decided otherwise by the rules in force than they were`,
      ],
    ]),
    ...(refusals.length === 0 ? [] : [formatTable(['REFUSED FOR', 'COUNT'], refusals)]),
    ...(changes.length === 0 ? ['Nothing would change.\n'] : [changesTable(changes)]),
    ...(unlisted === 0 ? [] : [`and ${unlisted} exchanges of kinds too many to be listed\n`]),
  ].join('\n');
}

function changesTable(changes: WhatIfReport['changes']): string {
  return formatTable(
    ['CHANGE', 'COUNT', 'FROM', 'TO', 'INTERACTION', 'IN FORCE', 'PROPOSED', 'EXAMPLE (TRACE ID)'],
    changes.map((it) => [
      it.change,
      String(it.count),
      it.from,
      it.to,
      it.interactionId,
      it.inForce,
      it.proposed,
      it.examples[0] ?? '',
    ]),
  );
}
