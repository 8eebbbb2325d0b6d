import kafkajs, { type AclEntry, type Admin } from 'kafkajs';
import { grantsOf, type KafkaAccess, principalOf } from './access.ts';
import { client, type KafkaConnection } from './connect-kafka.ts';

const { AclOperationTypes, AclPermissionTypes, AclResourceTypes, ResourcePatternTypes } = kafkajs;

/**
 * Has the services that are named hold these grants and no others; whoever is not named keeps what it has. What is new is granted before
 * anything is taken away.
 */
export async function ensureAccess(
  kafka: KafkaConnection,
  access: KafkaAccess,
): Promise<{ readonly granted: number; readonly taken: number }> {
  const admin = kafka[client].admin();
  await admin.connect();
  try {
    const wanted = grantsOf(access);
    const held = (await Promise.all(Object.keys(access).map((name) => grantsHeld(admin, name)))).flat();
    const missing = without(wanted, held);
    const stale = without(held, wanted);
    if (missing.length > 0) await admin.createAcls({ acl: [...missing] });
    if (stale.length > 0) await admin.deleteAcls({ filters: [...stale] });
    return { granted: missing.length, taken: stale.length };
  } finally {
    await admin.disconnect();
  }
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
