import { policyRow, systemRow } from './explained-row.ts';
import { type Grounds, listed, systemOf, type ToldCheck } from './told-check.ts';

/** C: which interactions the sender's record lists. */
export function tellSender(grounds: Grounds): ToldCheck {
  const { from, interactionId } = grounds.facts.ask;
  const sender = systemOf(grounds, from);
  if (sender === undefined) return unknownSender(from);
  const interactions = linesOf(sender.interactions);
  const found = interactions.includes(interactionId);
  return {
    why: `The AS record of ASID ${from} lists ${interactions.length} interaction${interactions.length === 1 ? '' : 's'}${found ? ', this one among them' : `, and ${interactionId} is not among them`}.`,
    rows: [systemRow(sender, found ? `lists ${interactionId}` : `lists ${listed(interactions)}`)],
    remedy: `Register interaction ${interactionId} on the AS record (nhsAsSvcIA) of ASID ${from}.`,
  };
}

/** C-internet: by which network it came, and whether the sender and the interaction may. */
export function tellNetwork(grounds: Grounds): ToldCheck {
  const { ask, interactionPolicy, policy } = grounds.facts;
  const sender = systemOf(grounds, ask.from);
  const rows = grounds.rows.policies.map((row) => policyRow(row));
  if (ask.network === 'private') {
    return { why: 'It came by the private network, where nothing more is asked for.', rows: [], remedy: '' };
  }
  if (!interactionPolicy.internet) {
    return {
      why: `${ask.interactionId} may not come over the internet.`,
      rows,
      remedy: `Come by the private network, or have internet: true for ${ask.interactionId} in the interactions of the rules.`,
    };
  }
  if (sender === undefined) return unknownSender(ask.from);
  const categories = linesOf(sender.categories);
  const category = policy.internetCategoryLower;
  const found = categories.some((each) => each.toLowerCase() === category);
  return {
    why: `It came over the internet; the categories of ASID ${ask.from} are ${listed(categories)}, and "${category}" is ${found ? 'one of them' : 'none of them'}.`,
    rows: [systemRow(sender, `categories ${listed(categories)}`), ...rows],
    remedy: `Come by the private network, or register the category "${category}" (nhsAsCategoryBag) on the AS record of ASID ${ask.from}.`,
  };
}

function unknownSender(from: string): ToldCheck {
  return {
    why: `No accredited system has the ASID ${from} of Ssp-From.`,
    rows: [],
    remedy: `Register the system ${from} (nhsAs) in the directory with what it may send.`,
  };
}

const linesOf = (lines: string) => (lines === '' ? [] : lines.split('\n'));
