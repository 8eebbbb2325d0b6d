import { certificateNameRow, handlerRow, systemRow } from './explained-row.ts';
import { type Grounds, listed, systemOf, type ToldCheck } from './told-check.ts';

/** B: whose names the certificate bears, and which ones the sender has. */
export function tellCertificate(grounds: Grounds): ToldCheck {
  const { facts, rows } = grounds;
  const { from, certificateNames } = facts.ask;
  const asked = new Set(certificateNames.map((name) => name.toLowerCase()));
  const sender = systemOf(grounds, from);
  const borne = listed(certificateNames);
  if (sender === undefined) {
    return {
      why: `No accredited system has the ASID ${from} of Ssp-From; the certificate's names are ${borne}.`,
      rows: [],
      remedy: `Send the ASID of the asking system as Ssp-From, or register the system ${from} (nhsAs) in the directory.`,
    };
  }
  const partyHandlers = rows.handlers.filter((row) => row.party_key_lower === sender.party_key_lower);
  const own = firstOfEachName(partyHandlers.filter((row) => row.fqdn !== null));
  const added = rows.certificateNames.filter((row) => row.asid === from);
  const ownNames = [...own.map((row) => row.fqdn ?? ''), ...added.map((row) => row.fqdn)];
  const senderRows = [
    systemRow(sender, `organisation ${sender.ods}`),
    ...own.map((row) => handlerRow(row, `name ${row.fqdn ?? ''}`)),
    ...added.map((row) => certificateNameRow(row)),
  ];
  if (facts.certificate === 'of-sender') {
    const matching = ownNames.filter((name) => asked.has(name.toLowerCase()));
    const why = `The certificate's name ${listed(matching)} is one of ASID ${from} (party ${sender.party_key}).`;
    return {
      why,
      rows: senderRows.filter(
        ({ table, says }) => table === 'accredited_system' || matching.some((name) => says.endsWith(name)),
      ),
      remedy: '',
    };
  }
  const registered = `The names of ASID ${from} (party ${sender.party_key}) are ${listed(ownNames)}.`;
  const register = `register the name on a message handler (nhsMhsFQDN) of party ${sender.party_key}, or list it in certificateNames of the rules for ${from}`;
  if (facts.certificate === 'unknown') {
    return {
      why: `No system is known by the certificate's names (${borne}). ${registered}`,
      rows: senderRows,
      remedy: `Use a certificate of one of the sender's names, or ${register}.`,
    };
  }
  const others = rows.systems.filter((row) => row.asid !== from && bears(grounds, row, asked));
  return {
    why: `The certificate's names (${borne}) are those of other systems (${listed(others.map((row) => `ASID ${row.asid}`))}), not of the sender. ${registered}`,
    rows: [
      ...senderRows,
      ...others.slice(0, 5).map((row) => systemRow(row, 'bears a name of the certificate')),
    ],
    remedy: `Send the ASID of the certificate's own system as Ssp-From, use the sender's certificate, or ${register}.`,
  };
}

function bears(
  { rows }: Grounds,
  system: { readonly asid: string; readonly party_key_lower: string },
  names: ReadonlySet<string>,
): boolean {
  const isNamed = (fqdn: string | null) => fqdn !== null && names.has(fqdn.toLowerCase());
  return (
    rows.handlers.some((row) => row.party_key_lower === system.party_key_lower && isNamed(row.fqdn)) ||
    rows.certificateNames.some((row) => row.asid === system.asid && isNamed(row.fqdn))
  );
}

/** A party gives the same name to each of its registrations. */
function firstOfEachName<Row extends { readonly fqdn: string | null }>(rows: readonly Row[]): readonly Row[] {
  return [...new Map(rows.toReversed().map((row) => [row.fqdn?.toLowerCase(), row])).values()].toReversed();
}
