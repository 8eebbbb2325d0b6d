export { KafkaAccess } from './access.ts';
export { type Advanced, advanceTopic, type ReadUpTo, TopicInUseError } from './advance-topic.ts';
export { Backlog } from './backlog.ts';
export { connectKafka, type KafkaConnection } from './connect-kafka.ts';
export {
  consume,
  type Consumer,
  type ConsumerSettings,
  type ReceivedBatch,
  type ReceivedRecord,
} from './consume.ts';
export { ensureAccess } from './ensure-access.ts';
export { ensureTopics, type TopicDefinition } from './ensure-topics.ts';
export { type KafkaConfig, kafkaEnvironment, toKafkaConfig } from './kafka-environment.ts';
export {
  EventTooLargeError,
  NotKeptError,
  PublisherClosedError,
  PublisherFullError,
  PublishTimeoutError,
} from './publisher-errors.ts';
export { type BatchPlan, readFrom, TopicReplacedError } from './read-from.ts';
export { boundsReader, type PartitionBounds } from './partition-bounds.ts';
export { type Publisher, type PublisherSettings, startPublisher } from './start-publisher.ts';
export { startSpooledPublisher, type SpooledPublishing } from './start-spooled-publisher.ts';
export { watchBacklog } from './watch-backlog.ts';
