/** The event is not known to be durable in time; it stays queued and still goes out. */
export class PublishTimeoutError extends Error {
  override readonly name = 'PublishTimeoutError';
}

/** The event was not taken: as many are waiting as may wait. */
export class PublisherFullError extends Error {
  override readonly name = 'PublisherFullError';
}

/** The event was not taken, or could not be sent before the deadline, because the publisher is closing. */
export class PublisherClosedError extends Error {
  override readonly name = 'PublisherClosedError';
}

/** The event was not taken: no broker would accept a record of its size. */
export class EventTooLargeError extends Error {
  override readonly name = 'EventTooLargeError';
}

/** Neither Kafka nor the disk has confirmed the event. It waits in memory and goes out if the process lives. */
export class NotKeptError extends Error {
  override readonly name = 'NotKeptError';
}
