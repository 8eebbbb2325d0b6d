import { expect, test } from 'vitest';
import { type DescribedMetric } from '@ssp/service';
import { metricsPage } from './metrics-page.ts';

const metric = (name: string, labelNames: readonly string[] = []): DescribedMetric => ({
  name,
  type: 'gauge',
  help: `What ${name} is|means`,
  labelNames: [...labelNames],
});

test('metrics stand under the processes that have them, and their labels under their bounds', () => {
  const page = metricsPage(
    new Map([
      ['writer', [metric('lag', ['topic']), metric('heap')]],
      ['edge', [metric('heap'), metric('crl')]],
    ]),
  );
  expect(page).toContain('| `topic` | our topics | 12 |\n');
  expect(page).toContain(`
## edge

| Metric | Type | Labels | Meaning |
|---|---|---|---|
| \`crl\` | gauge |  | What crl is\\|means |

## Every process

| Metric | Type | Labels | Meaning |
|---|---|---|---|
| \`heap\` | gauge |  | What heap is\\|means |

## writer

| Metric | Type | Labels | Meaning |
|---|---|---|---|
| \`lag\` | gauge | \`topic\` | What lag is\\|means |
`);
});

test('a label of which nothing says where its values come from has no page', () => {
  expect(() => metricsPage(new Map([['edge', [metric('seen', ['url'])]]]))).toThrow('the label url');
});
