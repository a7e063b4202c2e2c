/** From a hop within Redis to an agent that thinks for minutes; seconds. 1 is a bound because alerts ask for it. */
export const durationBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120];

/** Messages in one batch. */
export const batchBuckets = [1, 2, 3, 5, 10, 20, 50, 100, 500];
