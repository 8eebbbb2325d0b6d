import { billing } from './billing.ts';
import { type Dashboard, grafanaJson } from './dashboard.ts';
import { operators } from './operators.ts';
import { security } from './security.ts';

const folder = new URL('../../../../infra/grafana/dashboards/', import.meta.url);

/** Every dashboard, and the file that Grafana reads. */
export function dashboardFiles(): readonly {
  readonly dashboard: Dashboard;
  readonly file: URL;
  readonly content: string;
}[] {
  return [operators, security, billing].map((dashboard) => ({
    dashboard,
    file: new URL(`${dashboard.uid.replace('ssp-', '')}.json`, folder),
    content: grafanaJson(dashboard),
  }));
}
