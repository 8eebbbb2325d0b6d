import { expect, test } from 'vitest';
import { seriesOf } from './series-of.ts';

test('an expression’s series are told with their matchers, and nothing else of it', () => {
  const asked = seriesOf(
    'sum by (job, le) (rate(ssp_a_bucket{path="/v1/{x}",status!~"5.."}[5m])) / on (job) ssp:b:rate5m or up{job="edge"} == 0',
  );
  expect(asked.map(({ name }) => name)).toEqual(['ssp_a_bucket', 'ssp:b:rate5m', 'up']);
  expect(asked[2]?.matchers).toEqual([{ label: 'job', value: 'edge' }]);
});
