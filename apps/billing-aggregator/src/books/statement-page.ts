import { createHash } from 'node:crypto';
import { type Statement, type StatementLine, type StatementLineKind } from '@ssp/contracts';

const style = `
body { font: 11pt/1.4 Arial, sans-serif; color: #212b32; max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
h1 { font-size: 1.5rem } dl { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1.5rem }
dt { font-weight: bold } dd { margin: 0; overflow-wrap: anywhere }
.lines { overflow-x: auto } table { border-collapse: collapse; width: 100% }
th, td { text-align: left; vertical-align: top; padding: .3rem .6rem .3rem 0; border-bottom: 1px solid #aeb7bd }
.figure { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap }
tfoot td, tfoot th { font-weight: bold; border-top: 2px solid #212b32 } thead { display: table-header-group }
.proof { font-size: .8rem } tr { break-inside: avoid }
@media print { body { margin: 0; max-width: none } .lines { overflow: visible } }
`;

/** The only style that the page may have; it needs nothing else. */
export const statementPagePolicy = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;

const kinds: Readonly<Record<StatementLineKind, string>> = {
  usage: 'Requests',
  minimum: 'Added to reach the monthly minimum',
  late: 'Requests counted after their month was closed',
  'late-minimum': 'Change of a monthly minimum by late requests',
  adjustment: 'Correction',
};

/** A statement as a page to be read and printed. */
export function statementPage(statement: Statement): string {
  const { number, supplier, month, closedAt, closedBy, why, requests, billable, lines, total } = statement;
  const facts: readonly (readonly [string, string])[] = [
    ['Supplier', supplier],
    ['Month', monthText(month)],
    ['Closed', `${dateText(closedAt)} by ${closedBy}: ${why}`],
    ['Tariffs', `version ${statement.tariffVersion}`],
    ['Requests', `${count(requests)}, of which ${count(billable)} are paid for`],
    ['To be paid', money(total)],
  ];
  const proof: readonly (readonly [string, string])[] = [
    ['Place among all statements', String(statement.serial)],
    ['SHA-256', statement.hash],
    ['SHA-256 of the one before', statement.previousHash],
    ['SHA-256 of the tariffs', statement.tariffHash],
    ['Key', statement.keyId],
    ['Signature', statement.signature],
  ];
  return `<!doctype html>
<html lang="en-GB">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Statement ${text(number)}</title>
<style>${style}</style>
</head>
<body>
<main>
<h1>Statement ${text(number)}</h1>
${list(facts)}
<div class="lines">
<table>
<caption>What ${text(supplier)} is paid for ${text(monthText(month))}</caption>
<thead>
<tr><th scope="col">Line</th><th scope="col">What for</th><th scope="col">Month</th><th scope="col">Price</th><th scope="col" class="figure">Quantity</th><th scope="col" class="figure">Each</th><th scope="col" class="figure">Amount</th></tr>
</thead>
<tbody>
${lines.map(row).join('\n')}
</tbody>
<tfoot><tr><th scope="row" colspan="6">Total</th><td class="figure">${text(money(total))}</td></tr></tfoot>
</table>
</div>
<section class="proof">
<h2>Proof</h2>
${list(proof)}
</section>
</main>
</body>
</html>
`;
}

function row(line: StatementLine): string {
  const { kind, interaction, outcome, refersTo, reason, priceId, tier, quantity, price, month } = line;
  const what = [
    kinds[kind],
    ...(interaction === null ? [] : [`${interaction}, answered ${outcome ?? ''}`]),
    ...(reason === null ? [] : [reason]),
    ...(refersTo === null ? [] : [`see ${refersTo}`]),
  ];
  const step = tier === null ? (priceId ?? '') : `${priceId ?? ''}, step ${tier}`;
  const figures = [
    quantity === null ? '' : count(quantity),
    price === null ? '' : money(price),
    money(line.amount),
  ];
  return `<tr><th scope="row">${line.line}</th><td>${what.map(text).join('<br>')}</td><td>${text(month)}</td><td>${text(step)}</td>${figures.map((figure) => `<td class="figure">${text(figure)}</td>`).join('')}</tr>`;
}

const list = (entries: readonly (readonly [string, string])[]) =>
  `<dl>\n${entries.map(([name, value]) => `<dt>${text(name)}</dt><dd>${text(value)}</dd>`).join('\n')}\n</dl>`;

/** Decimals are texts and stay so: a comma every three digits, and the sign before the pound. */
function money(pounds: string): string {
  const [, sign = '', whole = '', rest = ''] = /^(-?)(\d+)(.*)$/.exec(pounds) ?? [];
  return `${sign}£${whole.replaceAll(/\B(?=(\d{3})+$)/g, ',')}${rest}`;
}

const count = (quantity: number) => quantity.toLocaleString('en-GB');

const dateText = (instant: string) =>
  new Date(instant).toLocaleDateString('en-GB', {
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    timeZone: 'UTC',
  });

const monthText = (month: string) =>
  new Date(`${month}-01T00:00:00Z`).toLocaleDateString('en-GB', {
    month: 'long',
    year: 'numeric',
    timeZone: 'UTC',
  });

/** Names come from directories and people. */
function text(value: string): string {
  return value
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
