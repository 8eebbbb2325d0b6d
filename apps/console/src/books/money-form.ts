/** A decimal of pounds as £1,234.50; nothing is rounded. */
export function formatPounds(pounds: string): string {
  const [, sign = '', whole = '', fraction = ''] = /^(-?)(\d+)(\.\d+)?$/.exec(pounds) ?? [];
  return `${sign === '-' ? '−' : ''}£${whole.replaceAll(/\B(?=(?:\d{3})+$)/g, ',')}${fraction}`;
}
