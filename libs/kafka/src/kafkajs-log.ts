import kafkajs, { type LogEntry } from 'kafkajs';
import { type Logger } from 'pino';

/**
 * Sends the client's own log lines to pino. Its errors arrive as warnings, for it retries by itself; what it
 * gives up on reaches our code as an error and is logged there. Stacks are dropped: they repeat the message.
 */
export function kafkajsLog(log: Logger) {
  return () =>
    ({ namespace, level, log: { message, broker, groupId, error } }: LogEntry) => {
      const fields = { namespace, broker, groupId, reason: error };
      switch (level) {
        case kafkajs.logLevel.ERROR:
        case kafkajs.logLevel.WARN:
          return log.warn(fields, message);
        case kafkajs.logLevel.INFO:
          return log.debug(fields, message);
        default:
          return log.trace(fields, message);
      }
    };
}
