/** Who is measured: the bare Redis commands, Switchboard and its peers. */
export const contestantNames = ['bare', 'switchboard', 'bullmq', 'groupmq'] as const;

export type ContestantName = (typeof contestantNames)[number];
