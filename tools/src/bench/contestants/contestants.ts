import { bare } from './bare.contestant.js';
import { bullmq } from './bullmq.contestant.js';
import { type Contestant } from './contestant.js';
import { type ContestantName } from './contestant-name.js';
import { groupmq } from './groupmq.contestant.js';
import { switchboard } from './switchboard.contestant.js';

export const contestants: Readonly<Record<ContestantName, Contestant>> = { bare, switchboard, bullmq, groupmq };
