import { type ClientBase } from 'pg';
import { type UsageSum } from './aggregate-usage.ts';

/** Adds sums to the stored usage in one statement; each key may stand in `sums` once. */
export async function addUsage(client: ClientBase, sums: readonly UsageSum[]): Promise<void> {
  if (sums.length === 0) return;
  await client.query({
    name: 'add-usage',
    text: `
      insert into billing.usage_hour as stored (
        hour, supplier, provider_ods, provider_asid, consumer_ods, consumer_asid, interaction, outcome,
        requests, billable, request_bytes, response_bytes, provider_timed, provider_us, provider_us_max, total_us)
      select * from unnest(
        $1::timestamptz[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
        $9::bigint[], $10::bigint[], $11::bigint[], $12::bigint[], $13::bigint[], $14::bigint[], $15::bigint[],
        $16::bigint[])
      on conflict (hour, supplier, provider_ods, provider_asid, consumer_ods, consumer_asid, interaction, outcome)
      do update set
        requests = stored.requests + excluded.requests,
        billable = stored.billable + excluded.billable,
        request_bytes = stored.request_bytes + excluded.request_bytes,
        response_bytes = stored.response_bytes + excluded.response_bytes,
        provider_timed = stored.provider_timed + excluded.provider_timed,
        provider_us = stored.provider_us + excluded.provider_us,
        provider_us_max = greatest(stored.provider_us_max, excluded.provider_us_max),
        total_us = stored.total_us + excluded.total_us`,
    values: [
      sums.map((sum) => sum.hour),
      sums.map((sum) => sum.supplier),
      sums.map((sum) => sum.providerOds),
      sums.map((sum) => sum.providerAsid),
      sums.map((sum) => sum.consumerOds),
      sums.map((sum) => sum.consumerAsid),
      sums.map((sum) => sum.interaction),
      sums.map((sum) => sum.outcome),
      sums.map((sum) => sum.requests),
      sums.map((sum) => sum.billable),
      sums.map((sum) => sum.requestBytes),
      sums.map((sum) => sum.responseBytes),
      sums.map((sum) => sum.providerTimed),
      sums.map((sum) => sum.providerUs),
      sums.map((sum) => sum.providerUsMax),
      sums.map((sum) => sum.totalUs),
    ],
  });
}
