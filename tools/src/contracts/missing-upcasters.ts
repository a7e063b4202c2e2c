import { declaredMessages, upcastTarget } from '@switchboard/message-schema';

/** What to do about every older version of a message that the next one's readers could not take. */
export function missingUpcasters(declared = declaredMessages()): string[] {
  return declared.flatMap(({ type, version, messageClass }, i) => {
    const next = declared[i + 1];
    if (next?.type !== type || upcastTarget(messageClass)) return [];
    const names = `${messageClass.name}, ${next.messageClass.name}`;
    return [
      `${type} version ${version} has no up-caster: registerUpcaster(${names}, …) beside ${next.messageClass.name}`,
    ];
  });
}
