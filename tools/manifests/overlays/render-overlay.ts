import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { debianProgram } from '@switchboard/testing';
import { parseAllDocuments } from 'yaml';
import { Manifests, type Resource } from './manifests.js';

const run = promisify(execFile);

export const overlays = ['dev', 'staging', 'prod'] as const;
export type Overlay = (typeof overlays)[number];

export const k8sFolder = join(import.meta.dirname, '..', '..', '..', 'k8s');

/**
 * What `kubectl kustomize` makes of an overlay; needs no cluster. KUBECTL names another kubectl.
 *
 * @throws Error that says what to install when there is no kubectl.
 */
export async function renderOverlay(overlay: Overlay): Promise<Manifests> {
  const kubectl = process.env['KUBECTL'] ?? (await debianProgram({ name: 'kubectl', package: 'kubernetes-client' }));
  const args = ['kustomize', join(k8sFolder, 'overlays', overlay)];
  const { stdout } = await run(kubectl, args, { maxBuffer: 16 << 20 });
  return new Manifests(parseAllDocuments(stdout).map((document) => document.toJS() as Resource));
}
