import {
  BerReader,
  BindRequest,
  FilterParser,
  type Message,
  PagedResultsControl,
  ProtocolOperation,
  SearchRequest,
  SearchResponse,
  StatusCodeParser,
  UnbindRequest,
} from 'ldapts';
import { type LdapEntry } from '../read-entry.ts';
import { type BerElement, elementAt, elementWithin } from './ber-element.ts';
import { openSocket, type SocketOptions } from './open-socket.ts';
import { readSearchEntry } from './read-search-entry.ts';

export type LdapSearch = {
  readonly base: string;
  readonly scope: 'base' | 'sub';
  readonly filter: string;
  readonly attributes: readonly string[];
  /** Entries in a page; null for a search that is not paged. */
  readonly pageSize: number | null;
};

/** Looks at an entry of an answer: the contents of its search result entry within bytes that are soon used again. */
export type Visit = (bytes: Buffer, entry: BerElement) => void;

/** A connection to a directory, which answers one search at a time. */
export type LdapConnection = AsyncDisposable & {
  /** Binds by name and password; both empty for anonymous. */
  readonly bind: (dn: string, password: string) => Promise<void>;
  /**
   * Shows each entry that a search finds to `visit` as it comes off the wire, and yields after each portion how many it had; while one portion is
   * held, the directory is at work on the next. References to other servers are not followed.
   */
  readonly walk: (search: LdapSearch, visit: Visit) => AsyncGenerator<number>;
  /** The same, with the entries of each portion. */
  readonly search: (search: LdapSearch) => AsyncGenerator<readonly LdapEntry[]>;
};

/**
 * Connects over TLS. The library writes the requests and reads the results; entries are read here as they arrive, since a page of
 * them made into objects of the library costs several times the time and memory.
 * @throws ResultCodeError for what the directory refuses, else the error of TLS or the network with its code
 */
export async function openLdap(options: SocketOptions): Promise<LdapConnection> {
  const socket = await openSocket(options);
  let lastId = 0;

  function send(request: (messageId: number) => Message): number {
    lastId += 1;
    socket.write(request(lastId).write());
    return lastId;
  }

  /** Takes the whole messages that are there; the result is the last one of an answer. */
  function take(messageId: number, visit: Visit): { entries: number; result: SearchResponse | null } {
    const bytes = socket.held();
    let entries = 0;
    let result: SearchResponse | null = null;
    let at = 0;
    while (result === null) {
      const message = elementAt(bytes, at);
      if (message === null) break;
      const id = elementWithin(bytes, message.start, message.end);
      const operation = elementWithin(bytes, id.end, message.end);
      const forId = messageIdOf(bytes, id);
      // A message for nobody tells that the directory hangs up (RFC 4511 section 4.4).
      if (forId === messageId || forId === 0) {
        if (operation.tag === ProtocolOperation.LDAP_RES_SEARCH_ENTRY) {
          visit(bytes, operation);
          entries += 1;
        } else if (finalOperations.has(operation.tag)) {
          result = readResult(bytes.subarray(at, message.end));
        }
      }
      at = message.end;
    }
    socket.drop(at);
    return { entries, result };
  }

  async function* walk({ base, scope, filter, attributes, pageSize }: LdapSearch, visit: Visit) {
    const ask = (cookie: Buffer) =>
      send(
        (messageId) =>
          new SearchRequest({
            messageId,
            baseDN: base,
            scope,
            filter: FilterParser.parseString(filter),
            attributes: [...attributes],
            timeLimit: 0,
            controls:
              pageSize === null ? [] : [new PagedResultsControl({ value: { size: pageSize, cookie } })],
          }),
      );
    let id = ask(Buffer.alloc(0));
    for (;;) {
      const { entries, result } = take(id, visit);
      const cookie = result === null ? undefined : nextPage(result);
      if (cookie !== undefined) id = ask(cookie);
      if (entries > 0) yield entries;
      if (result === null) await socket.receive();
      else if (cookie === undefined) return;
    }
  }

  return {
    async bind(dn, password) {
      const id = send((messageId) => new BindRequest({ messageId, dn, password }));
      for (;;) {
        const { result } = take(id, () => undefined);
        if (result !== null) return requireSuccess(result);
        await socket.receive();
      }
    },
    walk,
    async *search(search) {
      let entries: LdapEntry[] = [];
      const portions = walk(search, (bytes, entry) => entries.push(readSearchEntry(bytes, entry)));
      for await (const _count of portions) {
        yield entries;
        entries = [];
      }
    },
    async [Symbol.asyncDispose]() {
      if (!socket.isOpen()) return;
      send((messageId) => new UnbindRequest({ messageId }));
      socket.close();
      await Promise.resolve();
    },
  };
}

// Up to 2^31 - 1 (RFC 4511 section 4.1.1).
function messageIdOf(bytes: Buffer, { start, end }: BerElement): number {
  const length = end - start;
  if (length < 1 || length > 4) throw new Error('the number of an LDAP message is malformed');
  return bytes.readUIntBE(start, length);
}

const finalOperations = new Set<number>([
  ProtocolOperation.LDAP_RES_BIND,
  ProtocolOperation.LDAP_RES_SEARCH,
  ProtocolOperation.LDAP_RES_EXTENSION,
]);

// All results begin alike (RFC 4511 section 4.1.9).
function readResult(message: Buffer): SearchResponse {
  const reader = new BerReader(message);
  reader.readSequence();
  const result = new SearchResponse({ messageId: reader.readInt() ?? 0 });
  reader.readSequence();
  result.parse(reader, []);
  return result;
}

function requireSuccess(result: SearchResponse): void {
  if (result.status !== 0 || result.messageId === 0) throw StatusCodeParser.parse(result);
}

function nextPage(result: SearchResponse): Buffer | undefined {
  requireSuccess(result);
  const paged = result.controls?.find((control) => control instanceof PagedResultsControl);
  const cookie = paged?.value?.cookie;
  return cookie === undefined || cookie.length === 0 ? undefined : cookie;
}
