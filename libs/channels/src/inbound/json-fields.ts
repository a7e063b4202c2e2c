import { InvalidMessageError, type Violation } from '@switchboard/message-schema';

/** Bounds of a string, in characters. */
export interface TextBounds {
  readonly min?: number;
  readonly max: number;
  readonly pattern?: RegExp;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * Reads the few fields of a provider's JSON that are used. A required field that does not fit is noted with its path,
 * never with its value, and an empty stand-in is returned, so that one reading finds every fault; `finish` then throws
 * them all. An optional field of an unexpected form counts as absent: providers add and change things.
 */
export class JsonFields {
  private constructor(
    private readonly holder: Record<string, unknown>,
    private readonly path: string,
    private readonly faults: Violation[],
  ) {}

  /** @throws InvalidMessageError when the body is no JSON object. */
  static of(subject: string, body: unknown): JsonFields {
    if (isObject(body)) return new JsonFields(body, '', []);
    throw new InvalidMessageError(subject, [{ field: '(body)', problem: 'must be a JSON object' }]);
  }

  /** @throws InvalidMessageError when a required field read so far did not fit. */
  finish(subject: string): void {
    if (this.faults.length > 0) throw new InvalidMessageError(subject, this.faults);
  }

  /** The object itself. */
  get whole(): Readonly<Record<string, unknown>> {
    return this.holder;
  }

  raw(name: string): unknown {
    return this.holder[name] ?? undefined;
  }

  /** Notes a fault of a field that the caller judged. */
  fault(name: string, problem: string): void {
    this.faults.push({ field: this.pathOf(name), problem });
  }

  text(name: string, bounds: TextBounds): string {
    const value = this.raw(name);
    if (typeof value !== 'string') return this.wrong(name, 'must be a string', '');
    const { min = 1, max, pattern } = bounds;
    if (value.length < min || value.length > max) return this.wrong(name, `must have ${min} to ${max} characters`, '');
    if (pattern && !pattern.test(value)) return this.wrong(name, 'has characters that are not allowed', '');
    return value;
  }

  optionalText(name: string, max: number): string | undefined {
    const value = this.raw(name);
    return typeof value === 'string' && value !== '' && value.length <= max ? value : undefined;
  }

  /** A whole number from 1. */
  id(name: string): number {
    return this.optionalId(name) ?? this.wrong(name, 'must be a whole number from 1', 0);
  }

  optionalId(name: string): number | undefined {
    const value = this.optionalNumber(name);
    return value !== undefined && Number.isSafeInteger(value) && value > 0 ? value : undefined;
  }

  optionalNumber(name: string): number | undefined {
    const value = this.raw(name);
    return typeof value === 'number' ? value : undefined;
  }

  child(name: string): JsonFields {
    const found = this.optionalChild(name);
    if (found) return found;
    this.fault(name, 'must be an object');
    return new JsonFields({}, this.pathOf(name), []);
  }

  optionalChild(name: string): JsonFields | undefined {
    const value = this.raw(name);
    return isObject(value) ? new JsonFields(value, this.pathOf(name), this.faults) : undefined;
  }

  /** The objects of an array that must hold nothing else. */
  children(name: string): JsonFields[] {
    const value = this.raw(name);
    if (!Array.isArray(value)) return this.wrong(name, 'must be an array', []);
    value.forEach((item: unknown, index) => {
      if (!isObject(item)) this.fault(`${name}.${index}`, 'must be an object');
    });
    return this.optionalChildren(name);
  }

  /** The objects of an array; what is no object in it is left out. */
  optionalChildren(name: string): JsonFields[] {
    const value = this.raw(name);
    if (!Array.isArray(value)) return [];
    return value.flatMap((item: unknown, index) =>
      isObject(item) ? [new JsonFields(item, this.pathOf(`${name}.${index}`), this.faults)] : [],
    );
  }

  private pathOf(name: string): string {
    return this.path ? `${this.path}.${name}` : name;
  }

  private wrong<T>(name: string, problem: string, standIn: T): T {
    this.fault(name, problem);
    return standIn;
  }
}
