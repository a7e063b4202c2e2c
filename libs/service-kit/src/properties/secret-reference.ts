import { dirname, resolve } from 'node:path';
import { IsOptional, IsString, Length, Matches } from 'class-validator';
import { type Environment } from '../settings/environment.js';
import { readSecretFile } from '../settings/text-file.js';
import { isDevelopmentSecret } from './development-secrets.js';
import { type FileFaults } from './file-faults.js';

/** Where a secret is kept: `{env: NAME}` or `{file: path}`, the path relative to the properties file. */
export class SecretReference {
  @IsOptional()
  @Matches(/^[A-Za-z_][A-Za-z0-9_]{0,254}$/, { message: 'env must be the name of an environment variable' })
  env?: string;

  @IsOptional()
  @IsString()
  @Length(1, 4_096)
  file?: string;
}

/** What a resolved secret must look like, whatever it is for. */
const usable = /^[\x21-\x7e]{1,4096}$/;

/** Fetches the secrets that a properties file refers to. */
export class SecretResolver {
  private readonly folder: string;

  constructor(
    propertiesFile: string,
    private readonly env: Environment,
    private readonly production: boolean,
    private readonly faults: FileFaults,
  ) {
    this.folder = dirname(resolve(propertiesFile));
  }

  /** The secret, or an empty text after noting a fault at `at`. */
  resolve(reference: SecretReference, at: string): string {
    if ((reference.env === undefined) === (reference.file === undefined)) {
      return this.fault(at, 'must have exactly one of env and file');
    }
    return reference.env !== undefined ? this.fromEnv(reference.env, at) : this.fromFile(reference.file as string, at);
  }

  resolveAll(references: readonly SecretReference[], at: string): string[] {
    return references.map((reference, i) => this.resolve(reference, `${at}.${i}`));
  }

  private fromEnv(name: string, at: string): string {
    const secret = this.env[name];
    if (secret === undefined || secret === '') return this.fault(at, `names ${name}, which is not set`);
    return this.checked(secret, at);
  }

  private fromFile(path: string, at: string): string {
    const secret = readSecretFile(resolve(this.folder, path));
    if (secret === undefined) return this.fault(at, 'names a file that cannot be read');
    return this.checked(secret, at);
  }

  private checked(secret: string, at: string): string {
    if (!usable.test(secret)) return this.fault(at, 'leads to a secret that is empty or holds blanks');
    if (this.production && isDevelopmentSecret(secret)) {
      return this.fault(at, 'leads to a development secret, which production refuses');
    }
    return secret;
  }

  private fault(at: string, problem: string): string {
    this.faults.add(at, problem);
    return '';
  }
}
