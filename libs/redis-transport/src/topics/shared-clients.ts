import { randomBytes } from 'node:crypto';
import { type Redis } from 'ioredis';
import { type RedisConnections } from '../connections/redis-connections.js';
import { AckPolicy, type AckReplicas } from '../streams/ack-policy.js';
import { SubscriberHub } from './subscriber-hub.js';

/**
 * The clients that all queues, topics and requests of one `RedisConnections` use together, however many there are: one
 * for commands, one for appends that wait for replicas, one subscriber. Each is opened when it is needed first and ends
 * with the connections.
 */
export class SharedClients {
  private static readonly known = new WeakMap<RedisConnections, SharedClients>();
  /** Names this process (more exactly: these connections) in channels and sessions. */
  readonly id = randomBytes(9).toString('base64url');
  private ended = false;
  private commandClient: Redis | undefined;
  private producerClient: Redis | undefined;
  private subscriberHub: SubscriberHub | undefined;

  private readonly policies = new Map<AckReplicas, AckPolicy>();

  private constructor(private readonly connections: RedisConnections) {}

  static of(connections: RedisConnections): SharedClients {
    let clients = SharedClients.known.get(connections);
    if (!clients) SharedClients.known.set(connections, (clients = new SharedClients(connections)));
    return clients;
  }

  /** True when the connections were closed: nothing can succeed any more. */
  get closed(): boolean {
    return this.ended;
  }

  get command(): Redis {
    // An ended `Cluster` does not keep its status `end`, hence the note.
    return (this.commandClient ??= this.connections.open('command').once('end', () => (this.ended = true)));
  }

  /** WAIT holds a connection up, so what waits for replicas has its own. */
  get producer(): Redis {
    return (this.producerClient ??= this.connections.open('producer'));
  }

  /** Knows the replicas that `producer` writes to; one for each wish. */
  ackPolicy(wanted: AckReplicas): AckPolicy {
    let policy = this.policies.get(wanted);
    if (!policy) {
      policy = new AckPolicy(this.command, wanted);
      this.policies.set(wanted, policy);
    }
    return policy;
  }

  get hub(): SubscriberHub {
    return (this.subscriberHub ??= new SubscriberHub(this.connections, () => this.command));
  }
}
