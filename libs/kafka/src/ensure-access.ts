import { setTimeout as delay } from 'node:timers/promises';
import kafkajs, { type AclEntry, type Admin } from 'kafkajs';
import { grantsOf, type KafkaAccess, principalOf } from './access.ts';
import { client, type KafkaConnection } from './connect-kafka.ts';

const { AclOperationTypes, AclPermissionTypes, AclResourceTypes, ResourcePatternTypes } = kafkajs;

const inForceWithinMs = 60_000;
const lookAgainMs = 100;

/**
 * Has the services that are named hold these grants and no others; whoever is not named keeps what it has. What is new is granted before
 * anything is taken away. Resolves when the broker that is asked goes by them, which it does a little after they were made.
 */
export async function ensureAccess(
  kafka: KafkaConnection,
  access: KafkaAccess,
): Promise<{ readonly granted: number; readonly taken: number }> {
  const admin = kafka[client].admin();
  await admin.connect();
  try {
    const wanted = grantsOf(access);
    const { missing, stale } = await compare(admin, access, wanted);
    if (missing.length > 0) await admin.createAcls({ acl: [...missing] });
    if (stale.length > 0) await admin.deleteAcls({ filters: [...stale] });
    for (const deadlineMs = performance.now() + inForceWithinMs; ; await delay(lookAgainMs)) {
      const rest = await compare(admin, access, wanted);
      if (rest.missing.length + rest.stale.length === 0) break;
      if (performance.now() > deadlineMs) throw new Error('the grants are not in force');
    }
    return { granted: missing.length, taken: stale.length };
  } finally {
    await admin.disconnect();
  }
}

async function compare(admin: Admin, access: KafkaAccess, wanted: readonly AclEntry[]) {
  const held = (await Promise.all(Object.keys(access).map((name) => grantsHeld(admin, name)))).flat();
  return { missing: without(wanted, held), stale: without(held, wanted) };
}

async function grantsHeld(admin: Admin, name: string): Promise<readonly AclEntry[]> {
  const { resources } = await admin.describeAcls({
    principal: principalOf(name),
    resourceType: AclResourceTypes.ANY,
    resourcePatternType: ResourcePatternTypes.ANY,
    operation: AclOperationTypes.ANY,
    permissionType: AclPermissionTypes.ANY,
  });
  return resources.flatMap(({ acls, resourceType, resourceName, resourcePatternType }) =>
    acls.map((acl) => ({ ...acl, resourceType, resourceName, resourcePatternType })),
  );
}

function without(some: readonly AclEntry[], others: readonly AclEntry[]): readonly AclEntry[] {
  const known = new Set(others.map(textOf));
  return some.filter((entry) => !known.has(textOf(entry)));
}

function textOf(entry: AclEntry): string {
  const { principal, host, operation, permissionType } = entry;
  const { resourceType, resourceName, resourcePatternType } = entry;
  const numbers = [operation, permissionType, resourceType, resourcePatternType];
  return JSON.stringify([principal, host, resourceName, ...numbers]);
}
