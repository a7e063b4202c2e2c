import { composeProperties, propertyMembers } from '../properties/properties-group.js';
import { composeRedis, redisMembers } from './redis-group.js';
import { composeTracing, tracingMembers } from './tracing-group.js';

/** Settings that make one value together; a service asks for them by the name of the group. */
export const groups = {
  REDIS: { members: redisMembers, compose: composeRedis },
  TRACING: { members: tracingMembers, compose: composeTracing },
  PROPERTIES: { members: propertyMembers, compose: composeProperties },
} as const;

export type Groups = typeof groups;
export type GroupName = keyof Groups;
