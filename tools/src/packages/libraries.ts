/** The libraries that are of use outside this workspace, each after those it needs. */
export const libraries = ['message-schema', 'delivery', 'message-bus', 'redis-transport'] as const;
