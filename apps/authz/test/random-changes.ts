import { inTransaction } from '@ssp/postgres';
import { type Pool } from 'pg';

/** A source of choices that is the same for the same seed (mulberry32). */
export function chooser(seed: number) {
  let state = seed;
  const below = (limit: number) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
  };
  const oneOf = <Choice>(choices: readonly [Choice, ...Choice[]]): Choice =>
    choices[below(choices.length)] ?? choices[0];
  const someOf = <Choice>(choices: readonly Choice[]) => choices.filter(() => below(2) === 0);
  return { below, oneOf, someOf };
}
export type Chooser = ReturnType<typeof chooser>;

// So few that changes meet: parties shared by systems, names by parties, several registrations of one interaction.
export const asids = [
  '200000000001',
  '200000000002',
  '200000000003',
  '900000000001',
  '900000000002',
] as const;
export const interactions = [
  'urn:nhs:names:services:a',
  'urn:nhs:names:services:b',
  'urn:nhs:names:services:c',
] as const;
export const names = ['a.nhs.uk', 'B.nhs.uk', 'c.nhs.uk'] as const;
export const hosts = ['x.nhs.uk', 'y.nhs.uk'] as const;
const parties = ['P-1', 'p-2', 'Q-1', 'q-2'] as const;
const organisations = ['ORG1', 'ORG2'] as const;
const handlerIds = ['S1', 'S2', 'S3', 'S4', 'S5', 'S6', 'S7'] as const;
const ruleIds = ['r1', 'r2', 'r3', 'r4'] as const;
const capabilities = ['records', 'appointments'] as const;

type Statement = { readonly text: string; readonly values: readonly unknown[] };

/** Changes one to four rows of any table, in one transaction. */
export async function changeSomething(pool: Pool, choose: Chooser): Promise<void> {
  await inTransaction(pool, async (client) => {
    for (let left = 1 + choose.below(4); left > 0; left -= 1) {
      const { remove, insert } = choose.oneOf([system, system, handler, handler, handler, ...rules])(choose);
      // Mostly a replacement; at times it only goes.
      await client.query(remove.text, [...remove.values]);
      if (choose.below(4) > 0) await client.query(insert.text, [...insert.values]);
    }
    if (choose.below(3) === 0) {
      const moved = [choose.oneOf(parties), choose.oneOf(handlerIds)];
      await client.query('update authz.message_handler set party_key = $1 where handler_id = $2', moved);
    }
  });
}

type Change = { readonly remove: Statement; readonly insert: Statement };

function system(choose: Chooser): Change {
  const asid = choose.oneOf(asids);
  return {
    remove: { text: 'delete from authz.accredited_system where asid = $1', values: [asid] },
    insert: {
      text: `
        insert into authz.accredited_system
          (asid, ods, party_key, manufacturer_org, product_name, interactions, category_bag)
        values ($1, $2, $3, $4, $5, $6, $7)`,
      values: [
        asid,
        choose.oneOf(organisations),
        choose.oneOf(parties),
        choose.oneOf([null, 'YGM06']),
        choose.oneOf([null, 'Product']),
        choose.someOf(interactions),
        choose.someOf(['Internet', 'Other']),
      ],
    },
  };
}

function handler(choose: Chooser): Change {
  const id = choose.oneOf(handlerIds);
  return {
    remove: { text: 'delete from authz.message_handler where handler_id = $1', values: [id] },
    insert: {
      text: `
        insert into authz.message_handler
          (handler_id, cpa_id, party_key, interaction, endpoints, fqdn, manufacturer_org)
        values ($1, $2, $3, $4, $5, $6, $7)`,
      values: [
        id,
        `${id}-${choose.below(3)}`,
        choose.oneOf(parties),
        choose.oneOf([null, ...interactions]),
        choose.someOf(hosts).map((host) => `https://${host}/base`),
        choose.oneOf([null, ...names]),
        choose.oneOf([null, 'YGM07']),
      ],
    },
  };
}

const rules = [
  (choose: Chooser): Change => {
    const key = [choose.oneOf(asids), choose.oneOf(names)];
    return {
      remove: { text: 'delete from authz.certificate_name where asid = $1 and fqdn = $2', values: key },
      insert: { text: 'insert into authz.certificate_name (asid, fqdn) values ($1, $2)', values: key },
    };
  },
  (choose: Chooser): Change => {
    const requested = choose.oneOf(interactions);
    return {
      remove: { text: 'delete from authz.interaction_alias where requested = $1', values: [requested] },
      insert: {
        text: 'insert into authz.interaction_alias (requested, registered) values ($1, $2)',
        values: [requested, choose.oneOf(interactions)],
      },
    };
  },
  (choose: Chooser): Change => {
    const key = [choose.oneOf(capabilities), choose.oneOf(interactions)];
    return {
      remove: {
        text: 'delete from authz.capability_interaction where capability = $1 and interaction = $2',
        values: key,
      },
      insert: {
        text: 'insert into authz.capability_interaction (capability, interaction) values ($1, $2)',
        values: key,
      },
    };
  },
  (choose: Chooser): Change => {
    const interaction = choose.oneOf(interactions);
    return {
      remove: { text: 'delete from authz.interaction_policy where interaction = $1', values: [interaction] },
      insert: {
        text: 'insert into authz.interaction_policy (interaction, agreement, internet) values ($1, $2, $3)',
        values: [interaction, choose.oneOf([null, 'allow', 'deny', 'exempt']), choose.below(2) === 0],
      },
    };
  },
  (choose: Chooser): Change => {
    const id = choose.oneOf(ruleIds);
    const interaction = choose.oneOf([null, ...interactions]);
    return {
      remove: { text: 'delete from authz.agreement where rule_id = $1', values: [id] },
      insert: {
        text: `
          insert into authz.agreement
            (rule_id, agreement_id, priority, from_asid, to_ods, interaction, capability, effect, valid_to)
          values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
        values: [
          id,
          `agreement-${id}`,
          choose.below(3),
          choose.oneOf([null, ...asids]),
          choose.oneOf([null, ...organisations]),
          interaction,
          interaction === null ? choose.oneOf([null, ...capabilities]) : null,
          choose.oneOf(['allow', 'deny']),
          choose.oneOf([null, new Date('2026-01-01T00:00:00Z')]),
        ],
      },
    };
  },
] as const;
