import { Consumer, consumerDefaults } from '@switchboard/delivery';
import { decodeAs } from '@switchboard/message-schema';
import { BenchPayload, contentsOf } from '../load/bench-envelope.js';
import { type Contestant } from './contestant.js';
import { openEnvelopeSender, openStreams } from './envelope-sender.js';

/** The engine without Nest, with a handler that reads and checks its messages itself. */
export const byHand: Contestant = {
  openSender: openEnvelopeSender,

  openReceiver(plan, receive) {
    const { connections, store } = openStreams(plan, 'receiver');
    const options = {
      ...consumerDefaults,
      stream: 'bench',
      group: 'bench-group',
      member: `bench-${process.pid}`,
      deadLetterStream: 'bench:dead_letter',
      partitions: plan.partitions,
      concurrency: plan.concurrency,
      batch: { ...consumerDefaults.batch, quietMs: plan.quietMs, maxMessages: 1 },
    };
    const consumer = new Consumer(store, options, (turn) =>
      receive(contentsOf(turn.messages.map(({ data }) => decodeAs(BenchPayload, data)))),
    );
    return Promise.resolve({
      start: () => consumer.start(),
      close: async () => {
        await consumer.stop();
        await connections.close();
      },
    });
  },
};
