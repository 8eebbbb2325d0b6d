import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { askMetricNames } from './metric-names.ts';
import { metricsPage } from './metrics-page.ts';
import { platformPaths, repositoryRoot } from './paths.ts';
import { readCard } from './platform-card.ts';

const card = await readCard(platformPaths(repositoryRoot, '.local').card);
if (card === null) {
  process.stderr.write('no platform runs here: npm start, then again\n');
  process.exitCode = 1;
} else {
  const processes = await askMetricNames(card.services);
  writeFileSync(join(repositoryRoot, 'docs/metrics.md'), metricsPage(processes));
  process.stdout.write(`docs/metrics.md written for ${processes.size} processes\n`);
}
