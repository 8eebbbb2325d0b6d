import { Document, isMap, isScalar } from 'yaml';
import { LimitRule, type LimitsDocument, LimitsShape } from './limits-document.ts';

const heading = ' All of the limits: what is not in this file is not limited.';

/** A limits document as text that says what each field means, and that `readLimitsFile` reads back to the same. */
export function writeLimitsFile(limits: LimitsDocument): string {
  const document = new Document({
    classes: limits.classes,
    costs: limits.costs,
    shares: limits.shares,
    limits: limits.limits,
  });
  document.commentBefore = heading;
  const sections: Readonly<Record<string, string>> = {
    ...descriptionsOf(LimitsShape.shape),
    limits: [
      descriptionsOf(LimitsShape.shape)['limits'],
      ...Object.entries(descriptionsOf(LimitRule.shape)).map(([name, text]) => `  ${name}: ${text}`),
    ].join('\n '),
  };
  comment(document.contents, sections);
  comment(document.get('shares'), descriptionsOf(LimitsShape.shape.shares.shape));
  return document.toString({ lineWidth: 0 });
}

function comment(map: unknown, texts: Readonly<Record<string, string>>): void {
  if (!isMap(map)) return;
  for (const { key } of map.items) {
    // A document made of values has them as bare keys' nodes.
    if (isScalar(key) && typeof key.value === 'string' && texts[key.value] !== undefined) {
      key.commentBefore = ` ${texts[key.value]}`;
    }
  }
}

function descriptionsOf(shape: Readonly<Record<string, { readonly description?: string | undefined }>>) {
  const texts: Record<string, string> = {};
  for (const [name, { description }] of Object.entries(shape)) {
    if (description !== undefined) texts[name] = description;
  }
  return texts;
}
