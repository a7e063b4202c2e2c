import { type BenchMessage } from '../load/bench-message.js';
import { type LoadPlan } from '../load/load-plan.js';

/** One way to carry messages over Redis, as the benchmark drives it: the sending end and the receiving end. */
export interface Contestant {
  openSender(plan: LoadPlan): Promise<Sender>;
  /** @param receive is called once per handler call with the contents it got; a promise it returns ends the handling */
  openReceiver(plan: LoadPlan, receive: Receive): Promise<Receiver>;
}

export type Receive = (contents: readonly string[]) => void | Promise<void>;

export interface Sender {
  /** Resolves when Redis has confirmed them all. */
  send(messages: readonly BenchMessage[]): Promise<unknown>;
  close(): Promise<void>;
}

export interface Receiver {
  /** Begins to receive; resolves when it is at it. */
  start(): Promise<void>;
  close(): Promise<void>;
}
