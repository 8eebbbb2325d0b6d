import { expect, test } from 'vitest';
import { meanStageMs, parseStageTimes } from './stage-times.ts';

const page = (
  whole: string,
  authorise: string,
) => `# HELP ssp_edge_exchange_seconds From the request to its end
# TYPE ssp_edge_exchange_seconds histogram
ssp_edge_exchange_seconds_bucket{le="0.001"} 1
ssp_edge_exchange_seconds_sum ${whole.split('/')[0]}
ssp_edge_exchange_seconds_count ${whole.split('/')[1]}
ssp_edge_stage_seconds_bucket{le="0.001",stage="authorise"} 7
ssp_edge_stage_seconds_sum{stage="authorise"} ${authorise.split('/')[0]}
ssp_edge_stage_seconds_count{stage="authorise"} ${authorise.split('/')[1]}
ssp_edge_exchanges_in_flight 0
`;

test('means are taken over what was observed in between', () => {
  const before = parseStageTimes(page('1/100', '0.5/100'));
  const after = parseStageTimes(page('4/1100', '2.5e0/1100'));
  expect(Object.fromEntries(meanStageMs(before, after))).toEqual({ whole: 3, authorise: 2 });
});

test('a stage that was never seen before counts from nothing', () => {
  const after = parseStageTimes(page('4/1000', '2/1000'));
  expect(meanStageMs(new Map(), after).get('authorise')).toBe(2);
});
