import { type ClientBase, type Pool } from 'pg';
import { ruleColumns, ruleOf, type RuleRow } from '../rules/export-rules.ts';
import { type RulesFileRule } from '../rules/rules-file.ts';

/** A data sharing rule that is held, and the version that made it so. */
export type HeldAgreement = { readonly rule: RulesFileRule; readonly sinceVersion: string };

/** What to list; null asks for all. */
export type AgreementsQuery = {
  /** On either side. */
  readonly asid: string | null;
  readonly ods: string | null;
  /** Rules that speak of it by name, by a capability, or of all. */
  readonly interaction: string | null;
  readonly agreementId: string | null;
  /** Rules in force at that time. */
  readonly at: Date | null;
  readonly offset: number;
  readonly limit: number;
};

type HeldRow = RuleRow & { readonly since_version: string };

const heldOf = ({ since_version: sinceVersion, ...row }: HeldRow): HeldAgreement => ({
  rule: ruleOf(row),
  sinceVersion,
});

/** The data sharing rules that match, in the order in which they are looked at. */
export async function readAgreements(pool: Pool, query: AgreementsQuery): Promise<readonly HeldAgreement[]> {
  const { rows } = await pool.query<HeldRow>({
    // Not a named statement: the plan should follow from what is asked for.
    text: `
      select ${ruleColumns}, since_version from authz.agreement
      where ($1::text is null or $1 in (from_asid, to_asid))
        and ($2::text is null or upper($2) in (from_ods, to_ods))
        and ($3::text is null or interaction = $3 or (interaction is null and capability is null)
          or capability in (select capability from authz.capability_interaction where interaction = $3))
        and ($4::text is null or agreement_id = $4)
        and ($5::timestamptz is null
          or (coalesce(valid_from, '-infinity') <= $5 and $5 < coalesce(valid_to, 'infinity')))
      order by priority, effect desc, rule_id collate "C"
      offset $6 limit $7`,
    values: [
      query.asid,
      query.ods,
      query.interaction,
      query.agreementId,
      query.at,
      query.offset,
      query.limit,
    ],
  });
  return rows.map(heldOf);
}

/** One data sharing rule, or null where none has the id. */
export async function readAgreement(db: Pool | ClientBase, ruleId: string): Promise<HeldAgreement | null> {
  const { rows } = await db.query<HeldRow>({
    name: 'read-agreement',
    text: `select ${ruleColumns}, since_version from authz.agreement where rule_id = $1`,
    values: [ruleId],
  });
  return rows[0] === undefined ? null : heldOf(rows[0]);
}

/** Who made a version, when and why; null for what was there before versions were kept. */
type Authored = { readonly at: string; readonly who: string; readonly why: string };

/** A data sharing rule as it was between two versions. */
export type PastAgreement = HeldAgreement & {
  readonly made: Authored | null;
  /** Null for the one that is held now. */
  readonly untilVersion: string | null;
  readonly ended: Authored | null;
};

type PastRow = HeldRow & {
  readonly until_version: string | null;
  readonly made: Authored | null;
  readonly ended: Authored | null;
};

const authored = (change: 'began' | 'stopped') =>
  `case when ${change}.version is not null
     then json_build_object('at', ${change}.at, 'who', ${change}.who, 'why', ${change}.why) end`;

/** All that a data sharing rule ever was, the newest first. */
export async function readAgreementHistory(pool: Pool, ruleId: string): Promise<readonly PastAgreement[]> {
  const { rows } = await pool.query<PastRow>({
    name: 'read-agreement-history',
    text: `
      with versions as (
        select ${ruleColumns}, since_version, null::bigint as until_version
        from authz.agreement where rule_id = $1
        union all
        select ${ruleColumns}, since_version, until_version from authz.agreement_history where rule_id = $1
      )
      select versions.*, ${authored('began')} as made, ${authored('stopped')} as ended
      from versions
      left join authz.change began on began.version = since_version
      left join authz.change stopped on stopped.version = until_version
      order by since_version desc`,
    values: [ruleId],
  });
  return rows.map(({ until_version: untilVersion, made, ended, ...row }) => ({
    ...heldOf(row),
    made,
    untilVersion,
    ended,
  }));
}
