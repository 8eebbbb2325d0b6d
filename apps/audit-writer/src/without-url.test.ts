import { expect, test } from 'vitest';
import { withoutUrl } from './without-url.ts';

const url = '/https://provider.example/"é"?identifier=9476719931';
const quoted = JSON.stringify(url);

test.for([
  {
    where: 'at the end, where an edge writes it',
    text: `{"id":"1","data":{"a":1,"url":${quoted}}}`,
    expected: '{"id":"1","data":{"a":1}}',
  },
  {
    where: 'at the end, and the text is kept as it was published',
    text: `{ "id": "1", "later": 1.0, "data": {"a": 1,"url":${quoted}}}`,
    expected: '{ "id": "1", "later": 1.0, "data": {"a": 1}}',
  },
  {
    where: 'alone',
    text: `{"id":"1","data":{"url":${quoted}}}`,
    expected: '{"id":"1","data":{}}',
  },
  {
    where: 'before something else',
    text: `{"id":"1","data":{"url":${quoted},"a":1}}`,
    expected: '{"id":"1","data":{"a":1}}',
  },
  {
    where: 'before something else of the event',
    text: `{"data":{"a":1,"url":${quoted}},"id":"1"}`,
    expected: '{"data":{"a":1},"id":"1"}',
  },
  {
    where: 'at the end, and another where claims have one',
    text: `{"id":"1","data":{"claims":{"url":${quoted}},"url":${quoted}}}`,
    expected: `{"id":"1","data":{"claims":{"url":${quoted}}}}`,
  },
  {
    where: 'before claims that end as the data would',
    text: `{"id":"1","data":{"url":${quoted},"claims":{"a":1,"url":${quoted}}}}`,
    expected: `{"id":"1","data":{"claims":{"a":1,"url":${quoted}}}}`,
  },
  {
    where: 'before something of the event that ends as the data would',
    text: `{"data":{"a":1,"url":${quoted}},"more":{"a":1,"url":${quoted}}}`,
    expected: `{"data":{"a":1},"more":{"a":1,"url":${quoted}}}`,
  },
  {
    where: 'twice',
    text: `{"id":"1","data":{"url":"/other?9476719931","a":1,"url":${quoted}}}`,
    expected: '{"id":"1","data":{"a":1}}',
  },
  {
    where: 'spelled otherwise',
    text: `{"id":"1","data":{"a":1, "url" : ${quoted.replace('é', '\\u00e9')} }}`,
    expected: '{"id":"1","data":{"a":1}}',
  },
])('a full URL is taken out $where', ({ text, expected }) => {
  expect(withoutUrl(text, url)).toBe(expected);
});
