import { type AppendRequest, type AppendResult, partitionOf } from '@switchboard/delivery';
import { APPEND } from '../scripts/append.lua.js';
import { type ScriptCall } from '../scripts/script.js';
import { type ScriptReply, type ScriptRunner } from '../scripts/script-runner.js';
import { type AckPolicy, type AckReplicas } from './ack-policy.js';
import { EffectEncoder } from './effect-encoder.js';
import { type Keys } from './keys.js';
import { failureOf, refusedByRedis } from './store-failure.js';

export interface AppendOptions {
  readonly partitions: number;
  /** A message id is recognised at least this long. */
  readonly dedupWindowMs: number;
  /** Most unhandled entries of a partition before new input is refused; 0 for no limit. */
  readonly backlogLimit: number;
  /** Replicas that must have an append before it counts; 0 asks none. */
  readonly ackReplicas: AckReplicas;
  /** Longest wait for those replicas. */
  readonly ackTimeoutMs: number;
}

/** The requests of one partition, and their places among all. */
interface Group {
  readonly partition: number;
  readonly requests: AppendRequest[];
  readonly places: number[];
}

/** Groups that go in one call of the script hold about this many messages at most, so that a call stays short. */
const MOST_TOGETHER = 128;

/** Appends many messages in one round trip: few calls of one script, then one WAIT on the same connection. */
export class Appender {
  constructor(
    private readonly runner: ScriptRunner,
    private readonly keys: Keys,
    private readonly options: AppendOptions,
    private readonly ackPolicy: AckPolicy,
    private readonly clustered: boolean,
  ) {}

  async append(requests: readonly AppendRequest[]): Promise<AppendResult[]> {
    let replicas: number;
    try {
      replicas = await this.ackPolicy.required();
    } catch (error) {
      // How safe an append would be is not known, so none is made.
      return requests.map(() => failureOf(error as Error));
    }
    const parcels = this.parcelsOf(this.group(requests));
    const wait = replicas > 0 ? { replicas, timeoutMs: this.options.ackTimeoutMs } : undefined;
    const replies = await this.runner.run(
      parcels.map((groups) => this.call(groups)),
      wait,
    );
    const results = new Array<AppendResult>(requests.length);
    parcels.forEach((groups, i) => {
      const reply = replies[i] as ScriptReply;
      groups.forEach(({ places }, n) => {
        const decoded = 'error' in reply ? failureOf(reply.error) : decode((reply.reply as string[])[n] ?? '');
        places.forEach((place, m) => {
          results[place] = Array.isArray(decoded) ? (decoded[m] as AppendResult) : decoded;
        });
      });
    });
    return results;
  }

  private group(requests: readonly AppendRequest[]): Group[] {
    const groups = new Map<string, Group>();
    requests.forEach((request, place) => {
      const partition = partitionOf(request.key, this.options.partitions);
      const name = `${request.stream} ${partition}`;
      let found = groups.get(name);
      if (!found) groups.set(name, (found = { partition, requests: [], places: [] }));
      found.requests.push(request);
      found.places.push(place);
    });
    return [...groups.values()];
  }

  /** What goes in one call each: in a cluster the keys of a call must lie on one server. */
  private parcelsOf(groups: readonly Group[]): Group[][] {
    if (this.clustered) return groups.map((group) => [group]);
    const parcels: Group[][] = [];
    let room = 0;
    for (const group of groups) {
      if (group.requests.length <= room) parcels[parcels.length - 1]?.push(group);
      else {
        parcels.push([group]);
        room = MOST_TOGETHER;
      }
      room -= group.requests.length;
    }
    return parcels;
  }

  private call(groups: readonly Group[]): ScriptCall {
    const { dedupWindowMs, backlogLimit } = this.options;
    const call = { script: APPEND, keys: [] as string[], args: [dedupWindowMs, backlogLimit] as (string | number)[] };
    for (const group of groups) this.add(call, group);
    return call;
  }

  private add({ keys, args }: { keys: string[]; args: (string | number)[] }, { partition, requests }: Group): void {
    const { stream } = requests[0] as AppendRequest;
    const encoder = new EffectEncoder(this.keys, partition);
    const head = args.length;
    const mixed = !requests.every(isPlain);
    args.push(0, 0, mixed ? 'mixed' : 'plain', requests.length);
    for (const { id } of requests) args.push(id);
    for (const request of requests) {
      const { key, data, onlyGroup = '', delayMs = 0, effects = [] } = request;
      args.push(key, data);
      if (!mixed) continue;
      if (isPlain(request)) args.push('');
      else {
        args.push('more', onlyGroup, Math.ceil(delayMs));
        encoder.encode(effects, key, args);
      }
    }
    const own = [
      this.keys.stream(stream, partition),
      ...this.keys.dedup(stream, partition),
      ...this.keys.delayed(stream, partition),
      ...encoder.keys,
    ];
    keys.push(...own);
    args[head] = own.length;
    args[head + 1] = args.length - head - 2;
  }
}

/** True for a message that is only appended, at once and for all groups. */
function isPlain({ onlyGroup = '', delayMs = 0, effects = [] }: AppendRequest): boolean {
  return onlyGroup === '' && delayMs <= 0 && effects.length === 0;
}

/** The script's reply for one partition: what became of each message, or of all of them. */
function decode(reply: string): AppendResult[] | AppendResult {
  if (reply.startsWith('-')) return failureOf(refusedByRedis(reply.slice(1)));
  return reply.split(' ').map(resultOf);
}

function resultOf(item: string): AppendResult {
  if (item === '!') return { status: 'backlog' };
  return item.startsWith('=') ? { status: 'duplicate', entryId: item.slice(1) } : { status: 'stored', entryId: item };
}
