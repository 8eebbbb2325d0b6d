import { expect, test } from 'vitest';
import { CopyRows } from './copy-rows.ts';

/** Spaces are for readers. */
const head = '5047434f50590aff0d0a00 00000000 00000000 ';
const end = ' ffff';

function bytesOf(put: (rows: CopyRows) => void): string {
  const rows = new CopyRows(0);
  put(rows);
  return rows.ended().toString('hex');
}

const packed = (bytes: string) => (head + bytes + end).replaceAll(' ', '');

test.for([
  { field: 'a text', put: (rows: CopyRows) => rows.putText('é\0'), bytes: '00000003 c3a900' },
  { field: 'an empty text', put: (rows: CopyRows) => rows.putText(''), bytes: '00000000' },
  { field: 'no text', put: (rows: CopyRows) => rows.putText(null), bytes: 'ffffffff' },
  { field: 'an int', put: (rows: CopyRows) => rows.putInt32(-2), bytes: '00000004 fffffffe' },
  { field: 'no int', put: (rows: CopyRows) => rows.putInt32(null), bytes: 'ffffffff' },
  {
    field: 'an int that is too large for one',
    put: (rows: CopyRows) => rows.putInt32(2 ** 31),
    bytes: '00000008 0000000080000000',
  },
  { field: 'a bigint', put: (rows: CopyRows) => rows.putInt64(258n), bytes: '00000008 0000000000000102' },
  {
    field: 'a time, in microseconds',
    put: (rows: CopyRows) => rows.putTime('2000-01-01T00:00:00.002Z'),
    bytes: '00000008 00000000000007d0',
  },
  {
    field: 'a time before 2000',
    put: (rows: CopyRows) => rows.putTime('1999-12-31T23:59:59.999Z'),
    bytes: '00000008 fffffffffffffc18',
  },
  {
    field: 'a UUID',
    put: (rows: CopyRows) => rows.putUuid('0b0a6d4e-6a61-4f5c-9d2b-0d5a3f0a3c11'),
    bytes: '00000010 0b0a6d4e6a614f5c9d2b0d5a3f0a3c11',
  },
  { field: 'no UUID', put: (rows: CopyRows) => rows.putUuid(null), bytes: 'ffffffff' },
  { field: 'bytes', put: (rows: CopyRows) => rows.putBytes(Buffer.of(0, 255)), bytes: '00000002 00ff' },
])('$field is written as Postgres reads it', ({ put, bytes }) => {
  expect(bytesOf(put)).toBe(packed(bytes));
});

test('rows follow each other, each with the number of its fields', () => {
  const bytes = bytesOf((rows) => {
    rows.begin(1);
    rows.putText('a');
    rows.begin(2);
    rows.putText('b');
    rows.putText(null);
  });
  expect(bytes).toBe(packed('0001 00000001 61 0002 00000001 62 ffffffff'));
});

test('there is room for more than there was at first', () => {
  const rows = new CopyRows(0);
  const text = '€'.repeat(1_000_000);
  for (let row = 0; row < 3; row += 1) {
    rows.begin(1);
    rows.putText(text);
  }
  expect(rows.rows).toBe(3);
  expect(rows.ended().length).toBe(19 + 3 * (2 + 4 + 3_000_000) + 2);
});
