import { writeFileSync } from 'node:fs';
import { dashboardFiles } from './dashboards/dashboard-files.ts';

for (const { file, content } of dashboardFiles()) writeFileSync(file, content);
