import { randomUUID } from 'node:crypto';
import { AuditRead } from '@ssp/contracts';
import { type Publisher } from '@ssp/kafka';
import { Problem } from '@ssp/service';
import { type Logger } from 'pino';

/** Has Kafka confirm what a person is about to read. @returns the event's id @throws Problem 503 where it does not: then nothing may be read */
export type TellRead = (read: AuditRead['data']) => Promise<string>;

/** Tells of reads as events of the audit itself. */
export function readTeller(publisher: Publisher, log: Logger): TellRead {
  return async (data) => {
    const event: AuditRead = {
      specversion: '1.0',
      id: `${AuditRead.type}.${randomUUID()}`,
      source: '/ssp/audit-writer',
      type: AuditRead.type,
      time: new Date().toISOString(),
      datacontenttype: 'application/json',
      data,
    };
    try {
      await publisher.publish(AuditRead.topic, JSON.stringify(event));
    } catch (error) {
      log.error({ err: error }, 'a read could not be audited, and is refused');
      throw new Problem(503, 'This read cannot be audited now, so it is not answered; try again later.');
    }
    return event.id;
  };
}
