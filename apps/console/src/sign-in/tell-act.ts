import { randomUUID } from 'node:crypto';
import { type PersonAction, PersonActed, personActed } from '@ssp/contracts';
import { type Publisher } from '@ssp/kafka';

/** Has Kafka confirm what a person is about to do. Rejects where it does not: then it must not be done. */
export type TellAct = (
  action: PersonAction,
  who: PersonActed['data']['who'],
  what: PersonActed['data']['what'],
) => Promise<void>;

/** Tells of what people do at the console. */
export function actTeller(publisher: Publisher): TellAct {
  return async (action, { role, name, subject, supplier }, what) => {
    const event = personActed(
      { id: randomUUID(), source: '/ssp/console', at: new Date() },
      { action, who: { role, name, subject, supplier }, what, why: null },
    );
    await publisher.publish(PersonActed.topic, JSON.stringify(event));
  };
}
