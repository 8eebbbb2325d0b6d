/** A panel as we think of it: a title, a unit, and what is asked. */
export type Panel = {
  readonly title: string;
  readonly unit: 'short' | 's' | 'percentunit' | 'reqps' | 'bytes';
  /** Expressions, each with the legend of its lines. */
  readonly asks: readonly (readonly [expression: string, legend: string])[];
  /** A figure of this moment instead of a course. */
  readonly isStat?: true;
};

export type Dashboard = {
  readonly uid: string;
  readonly title: string;
  readonly rows: readonly { readonly title: string; readonly panels: readonly Panel[] }[];
};

const datasource = { type: 'prometheus', uid: 'ssp-prometheus' };
const [wide, panelWidth, panelHeight] = [24, 8, 7];

/** Lays a dashboard out as Grafana's JSON: rows of three panels. */
export function grafanaJson({ uid, title, rows }: Dashboard): string {
  const panels: object[] = [];
  let y = 0;
  const add = (panel: object) => panels.push({ id: panels.length + 1, ...panel });
  for (const row of rows) {
    add({ type: 'row', title: row.title, collapsed: false, gridPos: { x: 0, y, w: wide, h: 1 }, panels: [] });
    y += 1;
    for (const [index, panel] of row.panels.entries()) {
      const x = (index * panelWidth) % wide;
      const line = Math.floor((index * panelWidth) / wide);
      add({
        ...grafanaPanel(panel),
        gridPos: { x, y: y + line * panelHeight, w: panelWidth, h: panelHeight },
      });
    }
    y += Math.ceil((row.panels.length * panelWidth) / wide) * panelHeight;
  }
  const dashboard = {
    uid,
    title,
    tags: ['ssp'],
    timezone: 'utc',
    schemaVersion: 39,
    version: 1,
    editable: false,
    refresh: '30s',
    time: { from: 'now-6h', to: 'now' },
    templating: { list: [] },
    annotations: { list: [] },
    panels,
  };
  return `${JSON.stringify(dashboard, null, 2)}\n`;
}

function grafanaPanel({ title, unit, asks, isStat }: Panel): object {
  return {
    type: isStat === true ? 'stat' : 'timeseries',
    title,
    datasource,
    fieldConfig: { defaults: { unit, min: 0 }, overrides: [] },
    options:
      isStat === true ? { reduceOptions: { calcs: ['lastNotNull'] } } : { legend: { displayMode: 'list' } },
    targets: asks.map(([expr, legendFormat], index) => ({
      refId: 'ABCDEFGH'.charAt(index),
      datasource,
      expr,
      legendFormat,
    })),
  };
}
