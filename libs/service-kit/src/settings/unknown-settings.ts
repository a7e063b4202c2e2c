import { catalogue } from './catalogue.js';
import { editDistance, nearest } from './edit-distance.js';
import { type Environment } from './environment.js';
import { type SettingFaults } from './settings-error.js';

/** Beginnings of names that belong to Switchboard: a variable with one of them is a setting or a slip of the pen. */
const families = [
  'REDIS_',
  'KEY_PREFIX',
  'PARTITION',
  'INBOUND_',
  'RETENTION_',
  'BACKLOG_',
  'ACK_',
  'BATCH_',
  'MAX_ATTEMPT',
  'CONCURRENCY',
  'LEASE_',
  'PROVIDER_TIMEOUT',
  'PROPERTIES_',
  'DEMO_',
  'DASHBOARD_',
  'SESSION_TTL',
  'ADMIN_',
  'BODY_LIMIT',
  'SHUTDOWN_',
  'LOG_',
];

/** Used by the tooling for development and tests, which runs in the same environment. */
const foreign = new Set(['REDIS_TEST_URL', 'REDIS_TEST_IMAGE', 'REDIS_SERVER_BIN']);

/** Names shorter than this are too near to other programs' variables to guess. */
const GUESSABLE_LENGTH = 9;

const known: ReadonlySet<string> = new Set(
  Object.entries(catalogue).flatMap(([name, { secret }]) => (secret ? [name, `${name}_FILE`] : [name])),
);

/** Every name a setting can be given by, the `_FILE` variants of secrets included. */
export function knownNames(): readonly string[] {
  return [...known];
}

function isOurs(name: string): boolean {
  if (families.some((family) => name.startsWith(family))) return true;
  return name.length >= GUESSABLE_LENGTH && [...known].some((setting) => editDistance(name, setting) === 1);
}

/** Adds a fault for every variable that looks like a setting and is none. */
export function refuseUnknown(env: Environment, faults: SettingFaults): void {
  for (const name of Object.keys(env)) {
    if (known.has(name) || foreign.has(name) || !isOurs(name)) continue;
    const meant = nearest(name, [...known]);
    faults.add(name, meant ? `is no setting, did you mean ${meant}?` : 'is no setting');
  }
}
