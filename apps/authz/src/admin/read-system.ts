import { type Pool } from 'pg';

/** An entry of the directory that was left out, and why. */
export type SetAside = { readonly dn: string; readonly reason: string };

/** What a party receives, where, and under which certificate name. */
export type Registration = {
  readonly handlerId: string;
  readonly interaction: string | null;
  readonly endpoints: readonly string[];
  readonly fqdn: string | null;
};

/** More than one endpoint for one interaction: which one is dialled is nobody's to guess. */
export type Ambiguity = { readonly interaction: string; readonly endpoints: readonly string[] };

/** Everything that is held about one accredited system. */
export type SystemReport = {
  readonly asid: string;
  readonly ods: string;
  readonly organisation: string | null;
  readonly partyKey: string;
  readonly manufacturerOrg: string | null;
  readonly productName: string | null;
  /** What it is accredited for. */
  readonly interactions: readonly string[];
  /** Names that its certificate may bear beside those of its registrations. */
  readonly certificateNames: readonly string[];
  /** Those of its party key, which other systems may share. */
  readonly registrations: readonly Registration[];
  readonly ambiguities: readonly Ambiguity[];
  /** Entries left out that name this system. */
  readonly setAside: readonly SetAside[];
};

type SystemRow = Omit<SystemReport, 'registrations' | 'ambiguities' | 'setAside'> & {
  readonly partyKeyLower: string;
};

/** Looks an ASID up; null where no accredited system has it. */
export async function readSystem(pool: Pool, asid: string): Promise<SystemReport | null> {
  const { rows } = await pool.query<SystemRow>({
    name: 'read-system',
    text: `
      select asid, held.ods, organisation.name as organisation, party_key as "partyKey",
        party_key_lower as "partyKeyLower", manufacturer_org as "manufacturerOrg", product_name as "productName",
        interactions,
        array(select fqdn from authz.certificate_name named where named.asid = held.asid order by fqdn) as "certificateNames"
      from authz.accredited_system held
      left join authz.organisation on organisation.ods = held.ods
      where asid = $1`,
    values: [asid],
  });
  const [found] = rows;
  if (found === undefined) return null;
  const { partyKeyLower, ...system } = found;
  const registrations = await pool.query<Registration>({
    name: 'read-registrations',
    text: `
      select handler_id as "handlerId", interaction, endpoints, fqdn
      from authz.message_handler
      where party_key_lower = $1
      order by interaction, handler_id`,
    values: [partyKeyLower],
  });
  return {
    ...system,
    registrations: registrations.rows,
    ambiguities: ambiguitiesOf(registrations.rows),
    setAside: await findSetAside(pool, asid),
  };
}

/** Entries left out whose name holds the text. */
export async function findSetAside(pool: Pool, text: string): Promise<readonly SetAside[]> {
  const { rows } = await pool.query<SetAside>({
    name: 'find-set-aside',
    text: `select dn, reason from authz.set_aside where position($1 in dn) > 0 order by dn limit 100`,
    values: [text],
  });
  return rows;
}

/** The interactions for which there is more than one endpoint. */
export function ambiguitiesOf(registrations: readonly Registration[]): readonly Ambiguity[] {
  const byInteraction = new Map<string, Set<string>>();
  for (const { interaction, endpoints } of registrations) {
    if (interaction === null) continue;
    const known = byInteraction.get(interaction) ?? new Set();
    for (const endpoint of endpoints) known.add(endpoint);
    byInteraction.set(interaction, known);
  }
  return [...byInteraction]
    .filter(([, endpoints]) => endpoints.size > 1)
    .map(([interaction, endpoints]) => ({ interaction, endpoints: [...endpoints] }));
}
