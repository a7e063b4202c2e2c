import { type FactoryProvider, type ModuleMetadata } from '@nestjs/common';

/** A module's options, made of what other providers know, as with Nest's own modules. */
export interface AsyncOptions<T> extends Pick<ModuleMetadata, 'imports'> {
  /** What the factory is given, in this order. */
  readonly inject?: FactoryProvider['inject'];
  // Each parameter is of the type of what is injected there, which no type can follow.
  readonly useFactory: (...injected: never[]) => T | Promise<T>;
}

/** The options as a provider. */
export function optionsProvider<T>(provide: symbol, { inject = [], useFactory }: AsyncOptions<T>): FactoryProvider<T> {
  return { provide, inject, useFactory: useFactory as (...injected: unknown[]) => T | Promise<T> };
}
