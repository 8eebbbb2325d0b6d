import { type ExplainedRow } from '@ssp/contracts';
import { type AgreementRow } from '../snapshot-rows.ts';
import { type FactRows, type Kept } from './read-facts.ts';

/** A row as an explanation shows it, before it is known how it came. */
export type ShownRow = Omit<ExplainedRow, 'since'>;

const kept = ({ since_version, until_version }: Kept) => ({
  sinceVersion: since_version,
  untilVersion: until_version,
});

export function systemRow(row: FactRows['systems'][number], says: string): ShownRow {
  return { table: 'accredited_system', key: row.asid, says: `party ${row.party_key}; ${says}`, ...kept(row) };
}

export function handlerRow(row: FactRows['handlers'][number], says: string): ShownRow {
  return { table: 'message_handler', key: row.handler_id, says, ...kept(row) };
}

export function certificateNameRow(row: FactRows['certificateNames'][number]): ShownRow {
  return { table: 'certificate_name', key: row.asid, says: row.fqdn, ...kept(row) };
}

export function aliasRow(row: FactRows['aliases'][number]): ShownRow {
  return {
    table: 'interaction_alias',
    key: row.requested,
    says: `registered as ${row.registered}`,
    ...kept(row),
  };
}

export function policyRow(row: FactRows['policies'][number]): ShownRow {
  const says = `agreement ${row.agreement ?? 'as the service has it'}, internet ${row.internet}`;
  return { table: 'interaction_policy', key: row.interaction, says, ...kept(row) };
}

export function agreementRow(row: FactRows['agreements'][number]): ShownRow {
  const says = [
    `priority ${row.priority}`,
    row.effect,
    `from ${partyText(row.from_asid, row.from_ods)} to ${partyText(row.to_asid, row.to_ods)}`,
    `for ${row.interaction ?? (row.capability === null ? 'any interaction' : `capability ${row.capability}`)}`,
    `agreement ${row.agreement_id}`,
    ...periodOf(row),
    ...(row.note === null ? [] : [`note: ${row.note}`]),
  ].join(', ');
  return { table: 'agreement', key: row.rule_id, says, ...kept(row) };
}

/** Whether it ends as it begins, and so never holds. */
export function isWithdrawn({ valid_from, valid_to }: AgreementRow): boolean {
  return valid_from !== null && valid_to !== null && valid_to.getTime() <= valid_from.getTime();
}

function periodOf(row: AgreementRow): readonly string[] {
  const { valid_from, valid_to } = row;
  if (isWithdrawn(row)) return [`withdrawn before it began on ${valid_from?.toISOString() ?? ''}`];
  return [
    ...(valid_from === null ? [] : [`from ${valid_from.toISOString()}`]),
    ...(valid_to === null ? [] : [`until ${valid_to.toISOString()}`]),
  ];
}

function partyText(asid: string | null, ods: string | null): string {
  if (asid !== null) return `ASID ${asid}`;
  return ods === null ? 'any' : `organisation ${ods}`;
}
