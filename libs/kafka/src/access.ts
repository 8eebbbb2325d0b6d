import kafkajs, { type AclEntry } from 'kafkajs';
import { z } from 'zod';

const names = z.array(z.string().min(1)).readonly().default([]);

/** What each service may do, by the name in its certificate; what is not granted is refused. */
export const KafkaAccess = z.record(
  z.string().regex(/^[a-z0-9-]+$/),
  z.strictObject({
    /** Topics. */
    read: names,
    /** Consumer groups that it may join. */
    groups: names,
    /** Topics. */
    write: names,
    /** Topics, and consumer groups, of which it may learn how far they have come, and nothing else. */
    watchTopics: names,
    watchGroups: names,
  }),
);
export type KafkaAccess = z.output<typeof KafkaAccess>;

const { AclOperationTypes, AclPermissionTypes, AclResourceTypes, ResourcePatternTypes } = kafkajs;

/** The brokers' form of it. Each of these also lets its holder learn that the thing is there. */
export function grantsOf(access: KafkaAccess): readonly AclEntry[] {
  return Object.entries(access).flatMap(([name, { read, groups, write, watchTopics, watchGroups }]) => [
    ...read.map((topic) => grant(name, AclResourceTypes.TOPIC, topic, AclOperationTypes.READ)),
    ...groups.map((group) => grant(name, AclResourceTypes.GROUP, group, AclOperationTypes.READ)),
    ...write.map((topic) => grant(name, AclResourceTypes.TOPIC, topic, AclOperationTypes.WRITE)),
    ...watchTopics.map((topic) => grant(name, AclResourceTypes.TOPIC, topic, AclOperationTypes.DESCRIBE)),
    ...watchGroups.map((group) => grant(name, AclResourceTypes.GROUP, group, AclOperationTypes.DESCRIBE)),
  ]);
}

function grant(
  name: string,
  resourceType: AclEntry['resourceType'],
  resourceName: string,
  operation: AclEntry['operation'],
): AclEntry {
  return {
    principal: principalOf(name),
    host: '*',
    resourceType,
    resourceName,
    resourcePatternType: ResourcePatternTypes.LITERAL,
    operation,
    permissionType: AclPermissionTypes.ALLOW,
  };
}

/** The brokers' name of a service. */
export function principalOf(name: string): string {
  return `User:${name}`;
}
