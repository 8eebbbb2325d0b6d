import { createHash } from 'node:crypto';
import { type ConsumerLimitUse, type ConsumerUse, type LastRefusal } from '@ssp/contracts';
import { type OwnUse } from './open-own-use.ts';

const style = `body{font-family:Arial,sans-serif;margin:2rem;color:#212b32}table{border-collapse:collapse;margin:.5rem 0 1.5rem}
caption{text-align:left;font-weight:bold;padding:.25rem 0}th,td{border:1px solid #aeb7bd;padding:.3rem .6rem;text-align:left;vertical-align:top}
th{background:#f0f4f5}td.n{text-align:right}`;

/** Nothing but this page's own style: no script, nothing loaded, nothing sent, not within another page. */
export const limitsPagePolicy = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;

/** The page for people; whatever is put in is escaped. `at` is when the figures held. */
export function limitsHtml({ version, systems, systemsTotal }: OwnUse, at: string): string {
  const more =
    systemsTotal > systems.length
      ? `<p>Your certificate is that of ${systemsTotal} systems; these are the first ${systems.length}. Add <code>?asid=</code> and an ASID for another one.</p>`
      : '';
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Your limits</title><style>${style}</style></head>
<body><main><h1>Your limits</h1><p>As of ${escaped(at)}, limits of version ${escaped(version)}. Times are in UTC.</p>${more}
${systems.map(systemSection).join('\n')}</main></body></html>
`;
}

function systemSection({ asid, limits, refusals }: ConsumerUse): string {
  const refused =
    refusals.length === 0
      ? '<p>Nothing was refused of late.</p>'
      : table(
          'Last refusals',
          ['When', 'Limit', 'Whose', 'Provider', 'Interaction', 'Times', 'Repeat after (s)'],
          refusals.map(refusalRow),
        );
  const own =
    limits.length === 0
      ? '<p>No limit of your own is in force.</p>'
      : table(
          'Limits and what is left of them now',
          ['Limit', 'For', 'A second', 'At once', 'Full again in (s)', 'Left now', 'Mode'],
          limits.map(limitRow),
        );
  return `<section><h2>ASID ${escaped(asid)}</h2>${own}${refused}</section>`;
}

function limitRow({ rule, interactionId, provider, perSecond, limit, mode, use, scope }: ConsumerLimitUse) {
  const left = use === null ? 'counted by each' : String(use.remaining);
  const full = use === null ? '' : String(use.resetSeconds);
  return [rule, interactionId ?? provider ?? subjects[scope], perSecond, limit, full, left, modes[mode]];
}

function refusalRow({ at, rule, scope, to, interactionId, times, retryAfterSeconds }: LastRefusal) {
  return [at, rule, whose[scope], to, interactionId, times, retryAfterSeconds];
}

const subjects = {
  consumer: 'everything you ask',
  'consumer-interaction': 'each interaction by itself',
  'consumer-provider': 'each provider by itself',
} as const satisfies Readonly<Record<ConsumerLimitUse['scope'], string>>;

const modes = { enforce: 'in force', shadow: 'on trial: refuses nothing' } as const;

const whose = {
  consumer: 'yours',
  'consumer-interaction': 'yours, for the interaction',
  'consumer-provider': 'yours, for the provider',
  provider: "the provider's",
  'provider-interaction': "the provider's, for the interaction",
  'provider-share': "your share of the provider's",
  supplier: "the supplier's",
  global: "the platform's",
  'provider-in-flight': "the provider's, at once",
  'edge-in-flight': "this edge's, at once",
} as const satisfies Readonly<Record<LastRefusal['scope'], string>>;

function table(
  caption: string,
  heads: readonly string[],
  rows: readonly (readonly (string | number)[])[],
): string {
  const head = heads.map((text) => `<th scope="col">${text}</th>`).join('');
  const body = rows.map((cells) => `<tr>${cells.map(cell).join('')}</tr>`).join('');
  return `<table><caption>${caption}</caption><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table>`;
}

const cell = (value: string | number) =>
  typeof value === 'number' ? `<td class="n">${value}</td>` : `<td>${escaped(value)}</td>`;

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escaped = (text: string) => text.replaceAll(/[&<>"]/g, (character) => entities[character] ?? '');
