import { type Pool } from 'pg';
import { type Registration } from './read-system.ts';

/** Everything that is held about one organisation. */
export type OrganisationReport = {
  readonly ods: string;
  readonly name: string | null;
  readonly systems: readonly {
    readonly asid: string;
    readonly partyKey: string;
    readonly manufacturerOrg: string | null;
    readonly productName: string | null;
    readonly interactions: readonly string[];
  }[];
  /** Those of its systems' party keys, and those that name the organisation. */
  readonly registrations: readonly (Registration & { readonly partyKey: string })[];
};

type OrganisationRow = Pick<OrganisationReport, 'ods' | 'name'>;

/** Looks an organisation up by its code, without regard to case; null where nothing is held of it. */
export async function readOrganisation(pool: Pool, code: string): Promise<OrganisationReport | null> {
  const codes = [code, code.toUpperCase()];
  const named = await pool.query<OrganisationRow>({
    name: 'read-organisation',
    text: 'select ods, name from authz.organisation where ods = any($1)',
    values: [codes],
  });
  const systems = await pool.query<OrganisationReport['systems'][number]>({
    name: 'read-organisation-systems',
    text: `
      select asid, party_key as "partyKey", manufacturer_org as "manufacturerOrg", product_name as "productName",
        interactions
      from authz.accredited_system where ods = any($1) order by asid`,
    values: [codes],
  });
  const registrations = await pool.query<OrganisationReport['registrations'][number]>({
    name: 'read-organisation-registrations',
    text: `
      select handler_id as "handlerId", party_key as "partyKey", interaction, endpoints, fqdn
      from authz.message_handler
      where ods = any($1)
        or party_key_lower in (select party_key_lower from authz.accredited_system where ods = any($1))
      order by interaction, handler_id`,
    values: [codes],
  });
  const [organisation] = named.rows;
  if (organisation === undefined && systems.rows.length === 0 && registrations.rows.length === 0) return null;
  return {
    ods: organisation?.ods ?? code.toUpperCase(),
    name: organisation?.name ?? null,
    systems: systems.rows,
    registrations: registrations.rows,
  };
}
