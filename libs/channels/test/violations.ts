import { InvalidMessageError } from '@switchboard/message-schema';

/** Names of the fields an action complains of; none when it does not throw. */
export function violationsOf(act: () => unknown): string[] {
  try {
    act();
  } catch (error) {
    if (error instanceof InvalidMessageError) return error.violations.map((violation) => violation.field);
    throw error;
  }
  return [];
}
