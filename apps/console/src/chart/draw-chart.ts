import { BarChart, type BarSeriesOption, LineChart, type LineSeriesOption } from 'echarts/charts';
import {
  GridComponent,
  type GridComponentOption,
  LegendComponent,
  type LegendComponentOption,
} from 'echarts/components';
import { type ComposeOption, init, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { bareSvg } from './bare-svg.ts';

use([BarChart, LineChart, GridComponent, LegendComponent, SVGRenderer]);

/** Figures to be drawn: one value of each series for each category, null where there is none. */
export type Chart = {
  /** Unique on its page. */
  readonly id: string;
  /** Columns are stacked: their series are parts of a whole. */
  readonly kind: 'columns' | 'lines';
  readonly title: string;
  /** What the picture shows, in a sentence, for whoever cannot see it. */
  readonly summary: string;
  /** What the categories are, as the table beneath heads them. */
  readonly categoryHead: string;
  readonly categories: readonly { readonly short: string; readonly long: string }[];
  readonly series: readonly { readonly name: string; readonly values: readonly (number | null)[] }[];
  readonly format: (value: number) => string;
};

/** A chart as a page shows it: pictures for screens wide and narrow, and the same figures as a table. */
export type DrawnChart = {
  readonly id: string;
  readonly title: string;
  readonly wideSvg: string;
  readonly narrowSvg: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
};

type Option = ComposeOption<BarSeriesOption | LineSeriesOption | GridComponentOption | LegendComponentOption>;

/** Each stands out from white at 3:1 and more, and from its neighbours by lightness too. */
const colours = ['#005eb8', '#d5281b', '#212b32', '#007f3b', '#7c2855'];
/** For whoever tells no colours apart, lines differ in their strokes and marks. */
const strokes = ['solid', 'dashed', 'dotted'] as const;
const marks = ['circle', 'rect', 'triangle', 'diamond'];

/** Draws a chart; whatever is in its texts is escaped. */
export function drawChart(chart: Chart): DrawnChart {
  const { id, title, categoryHead, categories, series, format } = chart;
  return {
    id,
    title,
    wideSvg: draw(chart, 'wide', { width: 960, height: 320 }),
    narrowSvg: draw(chart, 'narrow', { width: 400, height: 320 }),
    head: [categoryHead, ...series.map(({ name }) => name)],
    rows: categories.map(({ long }, index) => [
      long,
      ...series.map(({ values }) => formatNullable(values[index] ?? null, format)),
    ]),
  };
}

const formatNullable = (value: number | null, format: Chart['format']) =>
  value === null ? '–' : format(value);

function draw(chart: Chart, variant: string, size: { width: number; height: number }): string {
  const picture = init(null, null, { renderer: 'svg', ssr: true, ...size });
  try {
    picture.setOption(optionOf(chart));
    return bareSvg(picture.renderToSVGString(), {
      id: `${chart.id}-${variant}`,
      title: chart.title,
      summary: chart.summary,
    });
  } finally {
    picture.dispose();
  }
}

function optionOf({ kind, categories, series, format }: Chart): Option {
  const text = { color: '#212b32', fontSize: 14 };
  return {
    animation: false,
    color: colours,
    grid: { left: 8, right: 8, top: series.length > 1 ? 48 : 16, bottom: 8 },
    legend: { show: series.length > 1, left: 0, top: 0, selectedMode: false, textStyle: text, itemWidth: 32 },
    xAxis: {
      type: 'category',
      data: categories.map(({ short }) => short),
      silent: true,
      axisLabel: text,
      axisLine: { lineStyle: { color: '#4c6272' } },
      axisTick: { show: false },
      boundaryGap: kind === 'columns',
    },
    yAxis: {
      type: 'value',
      min: 0,
      silent: true,
      splitNumber: 4,
      axisLabel: { ...text, formatter: (value: number) => format(value) },
      splitLine: { lineStyle: { color: '#d8dde0' } },
    },
    series: series.map(({ name, values }, index): BarSeriesOption | LineSeriesOption => {
      const data = values.map((value) => value ?? '-');
      const still = { name, data, silent: true, emphasis: { disabled: true } };
      if (kind === 'columns') {
        return {
          ...still,
          type: 'bar',
          stack: 'whole',
          // A line of white parts what is stacked.
          itemStyle: { borderColor: '#ffffff', borderWidth: 1 },
        };
      }
      return {
        ...still,
        type: 'line',
        symbol: marks[index % marks.length] ?? 'circle',
        symbolSize: 7,
        showAllSymbol: true,
        lineStyle: { width: 2, type: strokes[index % strokes.length] ?? 'solid' },
      };
    }),
  };
}
