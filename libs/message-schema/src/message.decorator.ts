import { type ClassConstructor } from 'class-transformer';

/** What a message class says about itself: its wire type, its schema version and the stream it travels on. */
export interface MessageContract {
  /** Wire name, `message_type` of the envelope, for example `guest.message`. */
  readonly type: string;
  /** Schema version, `schema_version` of the envelope; grows by one with every incompatible change. */
  readonly version: number;
  /** Logical stream the message travels on, for example `msi:messages`. */
  readonly stream: string;
}

/** A class and what it says about itself. */
export interface DeclaredMessage extends MessageContract {
  readonly messageClass: ClassConstructor<object>;
}

const contracts = new Map<ClassConstructor<object>, MessageContract>();
const classes = new Map<string, Map<number, ClassConstructor<object>>>();

/**
 * Declares a payload class as a message. Type and version together are unique: a second class that claims them is a
 * programming error and throws when it is loaded.
 */
export function Message(contract: MessageContract): ClassDecorator {
  return (target) => {
    const messageClass = target as unknown as ClassConstructor<object>;
    const { type, version } = contract;
    const versions = classes.get(type) ?? new Map<number, ClassConstructor<object>>();
    const other = versions.get(version);
    if (other) {
      throw new Error(`Message ${type}@${version} is declared twice: by ${other.name} and by ${messageClass.name}`);
    }
    classes.set(type, versions.set(version, messageClass));
    contracts.set(messageClass, contract);
  };
}

/** The contract of a message class; throws when the class carries no `@Message`. */
export function contractOf(messageClass: ClassConstructor<object>): MessageContract {
  const contract = contracts.get(messageClass);
  if (!contract) throw new Error(`${messageClass.name} is no message: it has no @Message decorator`);
  return contract;
}

/** The class that reads a wire type and version, or undefined when this build knows none. */
export function messageClassFor(type: string, version: number): ClassConstructor<object> | undefined {
  return classes.get(type)?.get(version);
}

/** The newest declared version of a wire type, or undefined when no class is declared for the type. */
export function newestVersionOf(type: string): number | undefined {
  const versions = classes.get(type);
  return versions && Math.max(...versions.keys());
}

/** Every declared message, by type and version. */
export function declaredMessages(): DeclaredMessage[] {
  return [...contracts]
    .map(([messageClass, contract]) => ({ ...contract, messageClass }))
    .sort((a, b) => (a.type === b.type ? a.version - b.version : a.type < b.type ? -1 : 1));
}
