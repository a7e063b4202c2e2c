import { type Fault } from './topology.js';

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Longer than the consumers' lease (2 s), so that others take over meanwhile. */
const FREEZE_MIN_MS = 2_500;
const FREEZE_MAX_MS = 6_000;

/** Harm to producers and consumers, whatever the Redis. */
export const actorFaults: readonly Fault[] = [
  {
    name: 'consumer-kill',
    inflict: ({ consumers }, random) => random.pick(consumers).replace(),
  },
  {
    name: 'consumer-freeze',
    inflict: async ({ consumers }, random) => {
      const { process } = random.pick(consumers);
      await process.freeze();
      await pause(random.between(FREEZE_MIN_MS, FREEZE_MAX_MS));
      process.thaw();
    },
  },
  {
    name: 'producer-kill',
    inflict: ({ producers }, random) => random.pick(producers).replace(),
  },
];
