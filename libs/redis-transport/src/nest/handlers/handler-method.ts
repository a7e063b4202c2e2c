import { type Observable } from 'rxjs';

// The parameters of any method at all; `never` because they are contravariant.
type AnyMethod = (...args: never[]) => unknown;

/** The decorated method takes something else than what the decorator says it gets. */
interface Mismatch<Expected> {
  readonly 'the handler must take and answer what its decorator says': Expected;
}

/**
 * Nothing when a method can be called with these arguments and answers what is wanted, else what the descriptor lacks. The
 * method is compared as a function type: methods themselves are compared loosely, in both directions.
 */
type Fits<M extends AnyMethod, Expected extends AnyMethod> = ((
  ...args: Parameters<M>
) => ReturnType<M>) extends Expected
  ? unknown
  : Mismatch<Expected>;

/** A decorator that only a method of this form can carry. */
export type HandlerDecorator<Expected extends AnyMethod> = <M extends AnyMethod>(
  target: object,
  key: string | symbol,
  descriptor: TypedPropertyDescriptor<M> & Fits<M, Expected>,
) => void;

/** What a handler may answer to say that it is done. */
export type Answer<T> = T | Promise<T> | Observable<T> | Promise<Observable<T>>;
