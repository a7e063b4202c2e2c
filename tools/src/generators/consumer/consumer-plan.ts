import { getProjects, names, type Tree } from '@nx/devkit';
import { groupOwner } from './group-owner.js';
import { messageClassNames, readMessageSources } from './message-sources.js';
import { nextPort } from './next-port.js';
import { samplePayload } from './sample-payload.js';

/** What the generator is asked for. */
export interface ConsumerRequest {
  readonly name: string;
  readonly message: string;
  readonly group?: string;
}

/** What the templates are filled with. */
export interface ConsumerPlan {
  readonly name: string;
  readonly className: string;
  readonly propertyName: string;
  readonly message: string;
  readonly group: string;
  readonly port: number;
  /** Source text of a payload that fits the message class. */
  readonly payload: string;
}

/** A DNS label that leaves room for what Kubernetes appends to it. */
const NAME = /^(?=.{2,40}$)[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
const GROUP = /^[A-Za-z0-9:_.-]{1,128}$/;

/** Checks a request against the workspace. @throws Error of one sentence that says what to change. */
export function planConsumer(tree: Tree, request: ConsumerRequest): ConsumerPlan {
  const { name, message, group = `${name}-group` } = request;
  checkName(tree, name);
  const sources = readMessageSources(tree);
  const known = messageClassNames(sources);
  if (!known.includes(message)) {
    throw new Error(`There is no message class "${message}" in libs/message-schema; there are ${known.join(', ')}.`);
  }
  if (!GROUP.test(group)) {
    throw new Error(`The group "${group}" must be 1 to 128 letters, digits and :_.- characters.`);
  }
  const owner = groupOwner(tree, sources, message, group);
  if (owner) {
    throw new Error(
      `The group "${group}" already takes ${message} in ${owner}; choose another, or each would get only a part.`,
    );
  }
  const { className, propertyName } = names(name);
  const payload = samplePayload(sources, message);
  return { name, className, propertyName, message, group, port: nextPort(tree), payload };
}

function checkName(tree: Tree, name: string): void {
  if (!NAME.test(name)) {
    throw new Error(
      `The name "${name}" must be 2 to 40 lower-case letters and digits in words joined by single hyphens, such as night-porter.`,
    );
  }
  if (getProjects(tree).has(name)) throw new Error(`There is already a project ${name}; choose another name.`);
  if (tree.exists(`apps/${name}`)) throw new Error(`The folder apps/${name} exists; remove it or choose another name.`);
}
