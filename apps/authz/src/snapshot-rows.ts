import { type InteractionPolicy } from './snapshot.ts';

/**
 * Rows as the tables hold them, one batch after another so that no more than a batch is in memory twice. Lists are one
 * text of lines, since most systems share theirs and a text known already need not be taken apart.
 */
export type SystemRow = {
  readonly asid: string;
  readonly ods: string;
  readonly party_key_lower: string;
  readonly interactions: string;
  readonly categories: string;
  readonly manufacturer_org: string | null;
  readonly product_name: string | null;
};
export type HandlerRow = {
  readonly party_key_lower: string;
  readonly interaction: string | null;
  readonly cpa_id: string;
  readonly endpoints: string;
  readonly fqdn: string | null;
  readonly manufacturer_org: string | null;
};
export type CertificateNameRow = { readonly asid: string; readonly fqdn: string };
export type AliasRow = { readonly requested: string; readonly registered: string };
export type CapabilityRow = { readonly capability: string; readonly interaction: string };
export type PolicyRow = { readonly interaction: string } & InteractionPolicy;
export type AgreementRow = {
  readonly rule_id: string;
  readonly agreement_id: string;
  readonly priority: number;
  readonly from_asid: string | null;
  readonly from_ods: string | null;
  readonly to_asid: string | null;
  readonly to_ods: string | null;
  readonly interaction: string | null;
  readonly capability: string | null;
  readonly effect: 'allow' | 'deny';
  readonly valid_from: Date | null;
  readonly valid_to: Date | null;
};

/** The tables beside those of the directory, each whole. */
export type RuleRows = {
  readonly certificateNames: readonly CertificateNameRow[];
  readonly aliases: readonly AliasRow[];
  readonly capabilities: readonly CapabilityRow[];
  readonly policies: readonly PolicyRow[];
  readonly agreements: readonly AgreementRow[];
};
