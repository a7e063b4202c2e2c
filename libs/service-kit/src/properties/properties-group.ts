import { type SettingValues } from '../settings/catalogue.js';
import { type SettingScope } from '../settings/read-setting.js';
import { demoProperty } from './demo-property.js';
import { PropertyDirectory } from './property.js';
import { readProperties } from './read-properties.js';

export const propertyMembers = [
  'PROPERTIES_FILE',
  'DEMO_CHATWOOT_URL',
  'DEMO_WHATSAPP_URL',
  'DEMO_STANDARD_URL',
] as const;

type Values = Pick<SettingValues, (typeof propertyMembers)[number]>;

/** The properties of the file; without one the demo property, which production does not have. */
export function composeProperties(values: Values, scope: SettingScope): PropertyDirectory {
  if (values.PROPERTIES_FILE !== undefined) {
    return new PropertyDirectory(readProperties(values.PROPERTIES_FILE, scope));
  }
  if (scope.production) {
    scope.faults.add('PROPERTIES_FILE', 'must be given in production');
    return new PropertyDirectory([]);
  }
  const demo = demoProperty({
    chatwootUrl: values.DEMO_CHATWOOT_URL,
    whatsappUrl: values.DEMO_WHATSAPP_URL,
    standardUrl: values.DEMO_STANDARD_URL,
  });
  return new PropertyDirectory([demo]);
}
