import { afterEach, beforeEach, describe } from '@jest/globals';
import { BusScene, type BusHarness } from './bus-scene.js';
import { acknowledgementPromises } from './contract/acknowledgement.promises.js';
import { auditPromises } from './contract/audit.promises.js';
import { broadcastPromises } from './contract/broadcast.promises.js';
import { escalationPromises } from './contract/escalation.promises.js';
import { eventPromises } from './contract/event.promises.js';
import { mailboxPromises } from './contract/mailbox.promises.js';
import { requestPromises } from './contract/request.promises.js';
import { sequencePromises } from './contract/sequence.promises.js';

/** What every bus must keep, as Jest tests. A store's own spec calls this with a harness over a real one. */
export function describeMessageBusContract(store: string, harness: BusHarness): void {
  describe(`the message bus over ${store}`, () => {
    let current: BusScene;
    const scene = (): BusScene => current;
    beforeEach(() => {
      current = new BusScene(harness);
    });
    afterEach(() => current.end());

    describe('mailboxes', () => mailboxPromises(scene, harness));
    describe('sequence numbers', () => sequencePromises(scene, harness));
    describe('acknowledgements', () => acknowledgementPromises(scene));
    describe('broadcasts', () => broadcastPromises(scene));
    describe('requests', () => requestPromises(scene));
    describe('escalation', () => escalationPromises(scene));
    describe('the audit trail', () => auditPromises(scene));
    describe('events', () => eventPromises(scene));
  });
}
