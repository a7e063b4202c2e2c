import { type Effect } from './effects.js';

/** One partition of one stream as one consumer group sees it. */
export interface PartitionRef {
  readonly stream: string;
  readonly group: string;
  readonly partition: number;
}

/** The right to change a partition, valid until another owner's token is greater. */
export interface Lease extends PartitionRef {
  /** Fencing token and owner as stored; every fenced operation carries it. */
  readonly fence: string;
  /** The last entry that the group was handed out when the lease was taken. */
  readonly lastDelivered: string;
  /** Conversations of the partition that were parked when the lease was taken. */
  readonly parked: readonly string[];
}

/** An entry as read from a partition. */
export interface StoredEntry {
  readonly entryId: string;
  /** Conversation id. */
  readonly key: string;
  /** Message id. */
  readonly id: string;
  readonly data: string;
  /** When set, only this group is meant (a replay); others acknowledge without handling. */
  readonly onlyGroup?: string;
  /** Its data took the place of the stored one after an edit; that is forgotten with its attempts. */
  readonly replaced?: true;
  /** `foreign`: has not our fields (`data` is what was found). `gone`: trimmed or deleted while pending. */
  readonly fault?: 'foreign' | 'gone';
}

export interface AppendRequest {
  readonly stream: string;
  readonly key: string;
  readonly id: string;
  readonly data: string;
  readonly onlyGroup?: string;
  /**
   * The message enters its stream after this time, at most about a second late, and takes its place in the order then. Its
   * effects happen at once.
   */
  readonly delayMs?: number;
  readonly effects?: readonly Effect[];
}

/** `duplicate` carries the first entry's id; a delayed message has none yet and answers an empty one. `backlog`: the partition holds too much unhandled input; nothing stored. */
export type AppendResult =
  | { readonly status: 'stored'; readonly entryId: string }
  | { readonly status: 'duplicate'; readonly entryId: string }
  | { readonly status: 'backlog' }
  | StoreFailure;

/** A call that did not succeed; `retryable` when the same call may succeed later without change. */
export interface StoreFailure {
  readonly status: 'failed';
  readonly retryable: boolean;
  readonly error: Error;
}

export interface ReadRequest {
  readonly lease: Lease;
  /**
   * `new`: entries that the group was never handed out, or only by calls of this lease. `pending`: handed out under this or
   * an earlier lease, and not acknowledged.
   */
  readonly of: 'new' | 'pending';
  /** Only entries after this id; for new ones the last entry this owner has got. */
  readonly after: string;
  readonly count: number;
  /** About how much content is wanted at most, bytes; at least one entry comes. */
  readonly maxBytes: number;
}

/** `more`: others may follow at once. */
export type ReadResult =
  | { readonly status: 'read'; readonly entries: readonly StoredEntry[]; readonly more: boolean }
  | { readonly status: 'fenced' }
  | StoreFailure;

/** What is known of the tries of one message. */
export interface Attempts {
  readonly entryId: string;
  /** Attempts whose end is known. */
  readonly over: number;
  /** One more was begun; nobody lived to tell how it ended. */
  readonly begun: boolean;
}

/** A conversation to be parked at a message. */
export interface Parking {
  readonly key: string;
  readonly entryId: string;
  /** Tells this parking from a later one of the same message, so that it can be repeated after a lost reply. */
  readonly token: string;
}

/** The end of one turn: these entries are acknowledged and these effects happen, together. */
export interface TurnCommit {
  /** Conversation id, for the effects. */
  readonly key: string;
  readonly entryIds: readonly string[];
  readonly effects: readonly Effect[];
  /** Attempts of these entries were persisted and are to be forgotten. */
  readonly forgetAttempts: boolean;
}

export interface CommitRequest {
  readonly lease: Lease;
  readonly turns: readonly TurnCommit[];
}

/** `committed` also when the turns had been committed before and only the reply was lost. */
export type CommitResult = { readonly status: 'committed' } | { readonly status: 'fenced' } | StoreFailure;

export interface NewsPosition {
  readonly stream: string;
  readonly partition: number;
  readonly after: string;
}

/**
 * Where streams live. Every operation that changes a partition carries a lease and is refused (`fenced`) when the lease
 * is no longer the partition's, or when the store has forgotten a change it had answered (a failover to a replica that
 * lagged): the owner then begins anew with what the store knows. Every operation may be repeated after a lost reply.
 */
export interface StreamStore {
  /** Fixes the number of partitions of a stream. @throws PartitionCountMismatchError when it exists with another. */
  declareStream(stream: string, partitions: number): Promise<void>;
  /** Appends with the same route share the fate of one server and go out together. */
  routeOf(stream: string, key: string): string;
  append(requests: readonly AppendRequest[]): Promise<readonly AppendResult[]>;
  /** Says that a member lives for another `ttlMs`; answers all living members. */
  announce(stream: string, group: string, member: string, ttlMs: number): Promise<readonly string[]>;
  withdraw(stream: string, group: string, member: string): Promise<void>;
  /** Takes a partition that nobody holds, or again one's own; creates the group at the stream's start. */
  acquire(at: PartitionRef, member: string, ttlMs: number): Promise<Lease | undefined>;
  /**
   * Which of the leases are still held; those live for another `ttlMs`. `unparked`: held, and a parked conversation was
   * let go since `parked` was last asked.
   */
  renew(leases: readonly Lease[], ttlMs: number): Promise<readonly ('held' | 'unparked' | 'lost' | StoreFailure)[]>;
  release(lease: Lease): Promise<void>;
  read(request: ReadRequest): Promise<ReadResult>;
  /** Entries by id, in the order asked; those that are gone carry the fault `gone`. */
  load(lease: Lease, entryIds: readonly string[]): Promise<readonly StoredEntry[]>;
  /** What is stored of these entries' attempts, in their order; undefined when fenced. */
  attemptsOf(lease: Lease, entryIds: readonly string[]): Promise<readonly Attempts[] | undefined>;
  /** Stores attempts durably, in place of what was stored. False when fenced. */
  storeAttempts(lease: Lease, attempts: readonly Attempts[]): Promise<boolean>;
  commit(request: CommitRequest): Promise<CommitResult>;
  /**
   * Parks a conversation at a message that was given up: the message and all after it stay pending until the conversation
   * is let go. The effects happen with it; its attempts are forgotten.
   */
  park(lease: Lease, parking: Parking, effects: readonly Effect[]): Promise<CommitResult>;
  /** The conversations of the partition that are parked now; undefined when fenced. */
  parked(lease: Lease): Promise<readonly string[] | undefined>;
  /** Moves delayed messages that are due into their streams; answers for each lease the ms until the next is due. */
  promote(leases: readonly Lease[]): Promise<readonly (number | undefined | StoreFailure)[]>;
  /**
   * Lets a group read a partition again from an entry on (exclusive; `0-0` for all that is kept). Whoever owns the
   * partition loses it and begins anew; what is pending before that entry stays pending.
   */
  rewind(at: PartitionRef, after: string): Promise<void>;
  /** Removes entries older than `retentionMs` that every group has handled; answers how many. */
  trim(lease: Lease, retentionMs: number): Promise<number>;
  /** Partitions with entries after their position, as soon as there are any; none after `timeoutMs` or abort. */
  waitForNews(positions: readonly NewsPosition[], timeoutMs: number, signal: AbortSignal): Promise<readonly number[]>;
}
