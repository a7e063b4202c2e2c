import { bare } from './bare.contestant.js';
import { bullmq } from './bullmq.contestant.js';
import { byHand } from './by-hand.contestant.js';
import { type Contestant } from './contestant.js';
import { type ContestantName } from './contestant-name.js';
import { groupmq } from './groupmq.contestant.js';
import { nest } from './nest.contestant.js';
import { nestRedis } from './nest-redis.contestant.js';
import { requests } from './requests.contestant.js';
import { switchboard } from './switchboard.contestant.js';

export const contestants: Readonly<Record<ContestantName, Contestant>> = {
  bare,
  switchboard,
  bullmq,
  groupmq,
  nest,
  'by-hand': byHand,
  requests,
  'nest-redis': nestRedis,
};
