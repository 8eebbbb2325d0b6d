import { throttleUseAsidsMax } from '@ssp/contracts';
import { EndpointError } from '@ssp/service';
import { expect, test } from 'vitest';
import { consumer, directory, overridden, provider, roaming, sharer } from '../test/decision-samples.ts';
import { buildSnapshot } from './build-snapshot.ts';
import { RulesUnavailable } from './keep-snapshot.ts';
import { systemsOf } from './systems-of.ts';

const snapshot = buildSnapshot(directory);
const answer = systemsOf(() => snapshot);

test.for([
  {
    what: 'all systems of the party whose name it is, without case',
    certificateNames: ['CONSUMER.example.nhs.uk'],
    expected: { known: true, asids: [consumer, sharer, roaming], total: 3 },
  },
  {
    what: 'a system that bears a name by itself',
    certificateNames: ['stranger.nhs.uk', 'override.nhs.uk'],
    expected: { known: true, asids: [overridden], total: 1 },
  },
  {
    what: "a name of a party without systems is nobody's",
    certificateNames: ['orphan.nhs.uk'],
    expected: { known: false, asids: [], total: 0 },
  },
  { what: 'no names', certificateNames: [], expected: { known: false, asids: [], total: 0 } },
  {
    what: 'one of its systems',
    certificateNames: ['consumer.example.nhs.uk'],
    asid: sharer,
    expected: { known: true, asids: [sharer], total: 1 },
  },
  {
    what: 'not a system of somebody else',
    certificateNames: ['consumer.example.nhs.uk'],
    asid: provider,
    expected: { known: true, asids: [], total: 0 },
  },
  {
    what: 'not a system that nobody knows',
    certificateNames: ['consumer.example.nhs.uk'],
    asid: '000000000009',
    expected: { known: true, asids: [], total: 0 },
  },
])('a certificate stands for: $what', async ({ certificateNames, asid = null, expected }) => {
  expect(await answer({ certificateNames, asid })).toEqual(expected);
});

test('of very many systems the lowest are told, and how many there are', async () => {
  const systems = directory.systems.slice(0, 1).flatMap((system) =>
    Array.from({ length: 9_000 }, (_, index) => ({
      ...system,
      asid: String(200_000_000_000 + ((index * 7_919) % 9_000)),
    })),
  );
  const many = buildSnapshot({ ...directory, systems });
  const told = await systemsOf(() => many)({ certificateNames: ['consumer.example.nhs.uk'], asid: null });
  const lowest = Array.from({ length: throttleUseAsidsMax }, (_, index) => String(200_000_000_000 + index));
  expect(told).toEqual({ known: true, asids: lowest, total: 9_000 });
});

test.for([
  { body: null, status: 400 },
  { body: { certificateNames: ['a'] }, status: 400 },
  { body: { certificateNames: ['a'], asid: '12' }, status: 400 },
])('$body is answered $status', async ({ body, status }) => {
  await expect(answer(body)).rejects.toMatchObject({ name: 'EndpointError', status });
});

test('without rules that may be believed nothing is told', async () => {
  const without = systemsOf(() => {
    throw new RulesUnavailable('none');
  });
  const asked = without({ certificateNames: [], asid: null });
  await expect(asked).rejects.toBeInstanceOf(EndpointError);
  await expect(asked).rejects.toMatchObject({ status: 503 });
});
