/**
 * The JSON text of a received event without the full URL in its data. Where the URL stands last, as an edge writes it, the text is
 * cut there; else it is written anew.
 */
export function withoutUrl(text: string, url: string): string {
  const member = `,"url":${JSON.stringify(url)}`;
  const start = text.length - member.length - '}}'.length;
  // Nothing else of the event may bear that name: a token's claims might.
  if (text.endsWith(`${member}}}`) && text.indexOf('"url"') === start + 1) return `${text.slice(0, start)}}}`;
  const event: { readonly data: { readonly url?: unknown } } = JSON.parse(text);
  const { url: _url, ...data } = event.data;
  return JSON.stringify({ ...event, data });
}
