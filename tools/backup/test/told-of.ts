import { boundsReader, type KafkaConnection } from '@ssp/kafka';

/** How many records each of both is to take in, of all that this Kafka has been told of exchanges. */
export function toldOf(kafka: KafkaConnection, resources: AsyncDisposableStack) {
  const boundsOf = boundsReader(kafka, new AbortController().signal, resources);
  const endOf = async (topic: string) =>
    (await boundsOf(topic)).reduce((sum, { end }) => sum + Number(end), 0);
  return async () => {
    const completed = await endOf('ssp.exchange.completed');
    return { audit: completed + (await endOf('ssp.exchange.received')), billing: completed };
  };
}
