import { expect, test } from 'vitest';
import { type NumberSpan, partsOutside, partsWithin } from './number-spans.ts';

const span = (first: number, last: number): NumberSpan => ({ first, last });

test.for([
  { spans: [], within: [], outside: [span(10, 20)] },
  { spans: [span(1, 9), span(21, 30)], within: [], outside: [span(10, 20)] },
  { spans: [span(1, 30)], within: [span(10, 20)], outside: [] },
  {
    spans: [span(1, 10), span(13, 14), span(20, 25)],
    within: [span(10, 10), span(13, 14), span(20, 20)],
    outside: [span(11, 12), span(15, 19)],
  },
])('of 10 to 20 the parts $within are within $spans, and $outside are not', ({ spans, within, outside }) => {
  expect(partsWithin(span(10, 20), spans)).toEqual(within);
  expect(partsOutside(span(10, 20), spans)).toEqual(outside);
});
