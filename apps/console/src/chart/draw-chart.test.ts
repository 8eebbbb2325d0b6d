import { expect, test } from 'vitest';
import { type Chart, drawChart } from './draw-chart.ts';

const chart: Chart = {
  id: 'daily',
  kind: 'columns',
  title: 'Requests & <answers>',
  summary: 'Most on 2 "March", $& more',
  categoryHead: 'Day',
  categories: [
    { short: '1', long: '1 March 2026' },
    { short: '<2>', long: '2 March 2026' },
  ],
  series: [
    { name: 'Billable', values: [1, 2_000] },
    { name: '<b>style="x"</b>', values: [null, 3] },
  ],
  format: (value) => `${value} a day`,
};

test.for(['columns', 'lines'] as const)('a chart of %s needs no style, script or link of its own', (kind) => {
  const { wideSvg, narrowSvg } = drawChart({ ...chart, kind });
  for (const svg of [wideSvg, narrowSvg]) {
    expect(svg).toMatch(/^<svg role="img" aria-labelledby="daily-(wide|narrow)-title \S+-summary" viewBox=/);
    // Within a tag: texts may say what they like.
    expect(svg).not.toMatch(/<(?:style|script|a|image)\b|<[^>]* (?:style|class|on\w+)=/);
  }
  expect(wideSvg).not.toContain('narrow');
});

test('texts are shown as they are, whatever they hold', () => {
  const { wideSvg } = drawChart(chart);
  expect(wideSvg).toContain('<title id="daily-wide-title">Requests &amp; &lt;answers&gt;</title>');
  expect(wideSvg).toContain('<desc id="daily-wide-summary">Most on 2 &quot;March&quot;, $&amp; more</desc>');
  expect(wideSvg).toContain('&lt;b&gt;');
  expect(wideSvg).toContain('>&lt;2&gt;<');
});

const heights = (values: readonly number[]) => {
  const { wideSvg } = drawChart({ ...chart, series: [{ name: 'One', values }] });
  return Array.from(wideSvg.matchAll(/l0 -([\d.]+)l-[\d.]+ 0Z" fill="#005eb8"/g), ([, height]) =>
    Number(height),
  );
};

test('columns are as high as their figures', () => {
  const [low = 0, high = 0] = heights([500, 1_000]);
  expect(low).toBeGreaterThan(50);
  expect(high / low).toBeCloseTo(2, 1);
});

test('beneath the pictures the figures stand as a table', () => {
  expect(drawChart(chart)).toMatchObject({
    head: ['Day', 'Billable', '<b>style="x"</b>'],
    rows: [
      ['1 March 2026', '1 a day', '–'],
      ['2 March 2026', '2000 a day', '3 a day'],
    ],
  });
});
