import { agents } from './agents.contestant.js';
import { bareBroadcast } from './bare-broadcast.contestant.js';
import { bareDirect } from './bare-direct.contestant.js';
import { bare } from './bare.contestant.js';
import { broadcast } from './broadcast.contestant.js';
import { bullmq } from './bullmq.contestant.js';
import { byHand } from './by-hand.contestant.js';
import { type Contestant } from './contestant.js';
import { type ContestantName } from './contestant-name.js';
import { direct } from './direct.contestant.js';
import { groupmq } from './groupmq.contestant.js';
import { nestBroadcast } from './nest-broadcast.contestant.js';
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
  broadcast,
  'bare-broadcast': bareBroadcast,
  'nest-broadcast': nestBroadcast,
  direct,
  'bare-direct': bareDirect,
  agents,
};
