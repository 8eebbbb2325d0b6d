import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { chartFolder } from './render-chart.ts';
import { valuesHeading, valuesPage } from './values-page.ts';

const page = fileURLToPath(new URL('../../../../docs/kubernetes.md', import.meta.url));
const [told = ''] = readFileSync(page, 'utf8').split(valuesHeading, 1);
writeFileSync(page, `${told}${valuesPage(readFileSync(`${chartFolder}values.yaml`, 'utf8'))}`);
process.stdout.write('docs/kubernetes.md has the values of the chart\n');
