/** Who sends a request. */
export type Caller = {
  readonly role: string;
  /** Of a person as the identity provider has it; of a machine its role. */
  readonly name: string;
  /** By which the identity provider knows a person; null for a machine. */
  readonly subject: string | null;
  /** The one supplier whose rows the caller may see; null where it may see all that its role may. Never null for the role supplier. */
  readonly supplier: string | null;
};

/**
 * Says who an `Authorization` header proves, or null.
 * @throws Problem 403 for a person without a role here, 503 where nobody can say now
 */
export type CallerOf = (authorization: string | undefined) => Promise<Caller | null>;
