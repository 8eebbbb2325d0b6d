import { z } from 'zod';

/**
 * Declares type, topic and data together (CloudEvents 1.0 in JSON, structured mode). Fields a reader does not know are
 * passed over, so that a newer writer can run beside an older consumer.
 */
export function defineEvent<Type extends string, Data extends z.ZodType>(definition: {
  readonly type: Type;
  readonly topic: string;
  readonly data: Data;
}) {
  const schema = z.object({
    specversion: z.literal('1.0'),
    /** Unique per source; derived from what it tells of, so that a repeat is recognised. */
    id: z.string().min(1),
    /** Who saw it: `/ssp/edge/…`, another one for each start of an edge, or the service that keeps what was changed. */
    source: z.string().min(1),
    /**
     * The number of the event among those of its source on its topic, from 1 and without a hole; absent where the source numbers
     * none. Twelve digits, so that it is an exact number.
     */
    sequence: z
      .string()
      .regex(/^[1-9]\d{0,11}$/)
      .optional(),
    type: z.literal(definition.type),
    time: z.iso.datetime({ precision: 3 }),
    datacontenttype: z.literal('application/json'),
    data: definition.data,
  });
  return {
    type: definition.type,
    topic: definition.topic,
    schema,
    /** A consumer's only way in. Throws a ZodError or SyntaxError for what is not such an event. */
    decode: (value: Buffer | string) => schema.parse(JSON.parse(value.toString())),
  };
}
