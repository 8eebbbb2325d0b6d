/** How a picture is told to whoever cannot see it. */
export type PictureWords = {
  /** Unique on its page. */
  readonly id: string;
  readonly title: string;
  readonly summary: string;
};

/**
 * Makes of a chart's SVG one that a page without inline styles may hold: fonts become attributes, and the picture scales with
 * the page. It is named by title and summary.
 * @throws Error where the SVG holds a style that would be lost
 */
export function bareSvg(svg: string, { id, title, summary }: PictureWords): string {
  const bare = svg
    // What a pointer would change: nothing of ours can be pointed at.
    .replace(/<style ><!\[CDATA\[(?:\s*\.[\w-]+:hover \{[^}]*\})*\s*\]\]>\s*<\/style>/, '')
    .replaceAll(
      / style="font-size:([\d.]+)px;font-family:[^";]*;(?:font-weight:(\w+);)?"/g,
      ' font-size="$1"',
    )
    .replaceAll(/ (?:class|ecmeta_\w+|pointer-events|xmlns(?::xlink)?|baseProfile|version)="[^"]*"/g, '');
  // Quotes within texts are escaped, so that this finds attributes alone.
  if (/ style="|<style/.test(bare)) throw new Error('a chart with a style of its own');
  const opened = `<svg role="img" aria-labelledby="${id}-title ${id}-summary"`;
  const words = `<title id="${id}-title">${escaped(title)}</title><desc id="${id}-summary">${escaped(summary)}</desc>`;
  // By functions, since a dollar in a replacement text means something.
  return bare.replace(/^<svg width="[^"]*" height="[^"]*"/, () => opened).replace('>', () => `>${words}`);
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

const escaped = (text: string) => text.replaceAll(/[&<>"]/g, (sign) => entities[sign] ?? '');
