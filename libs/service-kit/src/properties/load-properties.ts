import { type Environment } from '../settings/environment.js';
import { SettingFaults } from '../settings/settings-error.js';
import { PropertyDirectory } from './property.js';
import { readProperties } from './read-properties.js';

/**
 * Reads one properties file alone, for example to check it before it is deployed. Services get theirs with the other
 * settings, as `PROPERTIES`.
 *
 * @throws SettingsError that lists every fault.
 */
export function loadProperties(file: string, env: Environment = process.env): PropertyDirectory {
  const faults = new SettingFaults();
  const properties = readProperties(file, { env, faults, production: env['NODE_ENV'] === 'production' });
  faults.throwIfAny();
  return new PropertyDirectory(properties);
}
