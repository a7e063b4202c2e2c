import { SettingsError } from '../settings/settings-error.js';
import { startFailureSentence } from './start-failure.js';

function listenError(code: string): Error {
  return Object.assign(new Error(`listen ${code}`), { code, syscall: 'listen', address: '0.0.0.0', port: 3000 });
}

describe('a start that fails', () => {
  it('is explained in one line', () => {
    const faults = [
      { name: 'PORT', problem: 'must be a whole number' },
      { name: 'BATCH_QUITE_MS', problem: 'is no setting, did you mean BATCH_QUIET_MS?' },
    ];
    expect(startFailureSentence('ingress', new SettingsError(faults))).toBe(
      'ingress did not start: PORT must be a whole number; BATCH_QUITE_MS is no setting, did you mean BATCH_QUIET_MS?',
    );
    expect(startFailureSentence('ingress', listenError('EADDRINUSE'))).toBe(
      'ingress did not start: 0.0.0.0:3000 is already in use; stop the other program or set PORT to a free one.',
    );
    const mismatch = Object.assign(new Error('Stream s has 4 partitions.\n  Set PARTITIONS=4'), {
      code: 'PARTITION_COUNT_MISMATCH',
    });
    expect(startFailureSentence('x', mismatch)).toBe('x did not start: Stream s has 4 partitions. Set PARTITIONS=4.');
  });

  it('keeps its stack when nobody foresaw it', () => {
    expect(startFailureSentence('x', new TypeError('undefined is no function'))).toBeUndefined();
    expect(startFailureSentence('x', Object.assign(new Error('x'), { code: 'ERR_MODULE_NOT_FOUND' }))).toBeUndefined();
    expect(startFailureSentence('x', 'thrown text')).toBeUndefined();
  });
});
