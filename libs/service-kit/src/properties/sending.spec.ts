import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadProperties, type PropertyDirectory, senderLimits, sendingDefaults, SettingsError } from '../index.js';

const folder = mkdtempSync(join(tmpdir(), 'sending-'));
const path = join(folder, 'properties.yaml');
afterAll(() => rmSync(folder, { recursive: true }));

function load(sending: string, channels = '{}'): PropertyDirectory {
  const source = `{ id: wa, kind: whatsapp, secrets: [{ env: S }], verifyToken: { env: S }, sending: ${sending} }`;
  writeFileSync(path, `channels: ${channels}\nproperties: [{ id: inn, sources: [${source}] }]`);
  return loadProperties(path, { S: 'secret' });
}

function rulesOf(directory: PropertyDirectory) {
  const source = directory.source('wa');
  if (!source) throw new Error('no source');
  return directory.sendingOver(source);
}

describe('how replies are sent over a source', () => {
  it("follows the provider's own limits where the file says nothing", () => {
    const rules = rulesOf(load('{}'));
    expect(rules).toEqual(sendingDefaults.whatsapp);
    expect(rules.sender).toEqual([{ calls: 80, windowMs: 1_000 }]);
    expect(rules.pair).toEqual([{ calls: 1, windowMs: 6_000 }]);
    expect(rules.unknownOutcome).toBe('dead-letter');
  });

  it('can be set for a channel, for a source and for one sender, the nearest counts', () => {
    const rules = rulesOf(
      load(
        '{ pair: [], senders: [{ id: "106540352242922", limits: [{ calls: 20, windowMs: 1000 }] }] }',
        '{ whatsapp: { pair: [{ calls: 2, windowMs: 9000 }], sender: [{ calls: 80, windowMs: 60000 }, { calls: 80, windowMs: 1000 }], unknownOutcome: send-again } }',
      ),
    );
    expect(rules.pair).toEqual([]);
    expect(rules.unknownOutcome).toBe('send-again');
    expect(senderLimits(rules, '106540352242922')).toEqual([{ calls: 20, windowMs: 1_000 }]);
    expect(senderLimits(rules, 'another')).toHaveLength(2);
    expect(senderLimits(rules, 'constructor')).toHaveLength(2);
  });

  it.each([
    ['{ sender: [{ calls: 0, windowMs: 1000 }] }', 'calls'],
    ['{ sender: [{ calls: 1 }] }', 'windowMs'],
    ['{ unknownOutcome: maybe }', 'unknownOutcome'],
    ['{ speed: 3 }', 'speed'],
  ])('is refused when it makes no sense: %s', (sending, field) => {
    let told = '';
    try {
      load(sending);
    } catch (error) {
      told = (error as SettingsError).faults.map(({ problem }) => problem).join();
    }
    expect(told).toContain(field);
  });
});
