/** The variables of this process: they say which Redis and which Docker engine to use, and go on to what is started. */
// eslint-disable-next-line no-restricted-syntax -- the rule keeps the services' settings in one place; this is no service
export const environment: NodeJS.ProcessEnv = process.env;
