import { z } from 'zod';

/** A kind of event: its CloudEvents type, the one topic it travels on, and its schema, for both ends. */
export type EventDefinition<Schema extends z.ZodType> = {
  readonly type: string;
  readonly topic: string;
  readonly schema: Schema;
  /** A consumer's only way in. Throws a ZodError or SyntaxError for what is not such an event. */
  readonly decode: (value: Buffer | string) => z.output<Schema>;
};

/**
 * Declares type, topic and data together (CloudEvents 1.0 in JSON, structured mode). Fields a reader does not know are
 * passed over, so that a newer edge can run beside an older consumer.
 */
export function defineEvent<Type extends string, Data extends z.ZodType>(definition: {
  readonly type: Type;
  readonly topic: string;
  readonly data: Data;
}) {
  const schema = z.object({
    specversion: z.literal('1.0'),
    /** Unique per source; derived from the exchange's internal id, so a repeat is recognised. */
    id: z.string().min(1),
    /** The process that saw it: `/ssp/edge/<instance>`. */
    source: z.string().min(1),
    type: z.literal(definition.type),
    time: z.iso.datetime({ precision: 3 }),
    datacontenttype: z.literal('application/json'),
    data: definition.data,
  });
  return {
    type: definition.type,
    topic: definition.topic,
    schema,
    decode: (value: Buffer | string) => schema.parse(JSON.parse(value.toString())),
  };
}
