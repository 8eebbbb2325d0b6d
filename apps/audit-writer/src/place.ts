/** Where in Kafka a record stands. */
export type Place = { readonly topic: string; readonly partition: number; readonly offset: bigint };
