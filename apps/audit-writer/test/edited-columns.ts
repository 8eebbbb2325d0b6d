/** Columns of events, and what they are set to. */
export const columns = [
  ['event_id', `event_id || '0'`],
  ['kind', `'rules.changed'`],
  ['occurred_at', `occurred_at + interval '1 ms'`],
  ['internal_id', 'gen_random_uuid()'],
  ['trace_id', 'null'],
  ['from_asid', `'000000000000'`],
  ['to_asid', 'from_asid'],
  ['interaction_id', 'null'],
  ['method', `'POST'`],
  ['redacted_url', `redacted_url || '/'`],
  ['status', '418'],
  ['refusal', `'no-agreement'`],
  ['remote_address', `'192.0.2.2'`],
  ['certificate_serial', 'null'],
  ['certificate_dn', `''`],
  ['w3c_trace_id', `'4bf92f3577b34da6a3ce929d0e0e4736'`],
] as const;
export const columnsOfCompleted = [
  ['decision_id', 'null'],
  ['network', 'null'],
  ['sender_ods', `'X26'`],
  ['receiver_ods', 'null'],
  ['outcome', `'refused'`],
] as const;
