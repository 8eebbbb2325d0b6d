import { AuthzAsk, type DecisionGroup, type WhatIfLine, type WhatIfReport } from '@ssp/contracts';
import { type TellLines } from '@ssp/service';
import { parseTarget } from '@ssp/spine';
import { type Pool } from 'pg';
import { toSnapshot } from '../build-snapshot.ts';
import { type DecisionSettings } from '../decision-settings.ts';
import { type AuditClient } from '../explain/audit-client.ts';
import { fileRules } from '../file-rules.ts';
import { readSnapshot } from '../read-rules.ts';
import { diffRules } from '../rules/diff-rules.ts';
import { exportRules } from '../rules/export-rules.ts';
import { ruleRowsOf } from '../rules/rule-rows.ts';
import { type RulesFile } from '../rules/rules-file.ts';
import { endpointDepth } from './endpoint-depth.ts';
import { weighChanges } from './weigh-changes.ts';

export type Period = { readonly since: Date; readonly until: Date };

/**
 * Judges what was decided in a period by the rules in force and by a proposal, both on the directory of now, and tells how
 * far it has come and at last the report. Reads alone; the proposal is in memory and nowhere else.
 */
export async function judgePeriod(
  {
    pool,
    settings,
    audit,
  }: { readonly pool: Pool; readonly settings: DecisionSettings; readonly audit: AuditClient },
  proposal: RulesFile,
  { since, until }: Period,
  tell: TellLines<WhatIfLine>,
  signal: AbortSignal,
): Promise<void> {
  const now = new Date();
  const inForce = await readSnapshot(pool, settings.endpoints);
  const proposed = toSnapshot(inForce.version, inForce, fileRules(ruleRowsOf(proposal)));
  const differences = diffRules(await exportRules(pool), proposal).length;
  const weighing = weighChanges(inForce, proposed, settings.policy, now.getTime());
  const segments = endpointDepth(inForce);
  for await (const line of audit.group({ since, until, segments }, signal)) {
    if ('group' in line) {
      const ask = askOf(line.group);
      if (ask === null) weighing.addUndecided(line.group.count);
      else weighing.add(ask, line.group);
    } else if ('reached' in line) {
      weighing.addUndecided(line.undecided);
      await tell([{ progress: { reached: line.reached, judged: weighing.judged() } }]);
    }
  }
  const report: WhatIfReport = {
    since: since.toISOString(),
    until: until.toISOString(),
    judgedAt: now.toISOString(),
    rulesVersion: inForce.version,
    differences,
    ...weighing.result(),
  };
  await tell([{ report }]);
}

function askOf(group: DecisionGroup): AuthzAsk | null {
  const parsed = parseTarget(group.requestTarget, { port443: true, collapsedSlash: true });
  if (!parsed.ok) return null;
  const ask = AuthzAsk.safeParse({
    ...group,
    targetHost: parsed.target.host,
    targetPath: parsed.target.path,
    network: group.network ?? undefined,
  });
  return ask.success ? ask.data : null;
}
