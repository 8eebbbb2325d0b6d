/** Those of services that keep their offsets in Kafka beside their effects. */
export const readingSchemas = ['audit', 'billing'] as const;
