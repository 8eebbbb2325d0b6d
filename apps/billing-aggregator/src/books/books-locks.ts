import { type ClientBase } from 'pg';

/** Lets one at a time write the books, until its transaction ends. */
export async function lockBooks(client: ClientBase): Promise<void> {
  await client.query(`select pg_advisory_xact_lock(hashtext('billing.books'))`);
}

/** Waits until nobody is counting, and lets nobody count until the transaction ends: so what is counted later knows that it is late. */
export async function holdCounting(client: ClientBase): Promise<void> {
  await client.query(`select pg_advisory_xact_lock(hashtext('billing.counting'))`);
}

/** To be taken by whoever counts, before it writes. */
export async function lockCounting(client: ClientBase): Promise<void> {
  await client.query({
    name: 'lock-counting',
    text: `select pg_advisory_xact_lock_shared(hashtext('billing.counting'))`,
  });
}
