import { type ClassConstructor, plainToInstance } from 'class-transformer';
import { validateSync, type ValidationError } from 'class-validator';
import { type FileFaults } from './file-faults.js';

function note(errors: readonly ValidationError[], at: string, faults: FileFaults): void {
  for (const { property, constraints, children } of errors) {
    for (const problem of Object.values(constraints ?? {})) faults.add(at, problem);
    note(children ?? [], at === '' ? property : `${at}.${property}`, faults);
  }
}

/** A part of the file as an instance of its class; undefined after noting each field at fault and each unknown key. */
export function checkEntry<T extends object>(
  entryClass: ClassConstructor<T>,
  value: unknown,
  at: string,
  faults: FileFaults,
): T | undefined {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    faults.add(at, 'must be a mapping');
    return undefined;
  }
  const entry = plainToInstance(entryClass, value);
  const errors = validateSync(entry, { whitelist: true, forbidNonWhitelisted: true, forbidUnknownValues: true });
  note(errors, at, faults);
  return errors.length === 0 ? entry : undefined;
}
