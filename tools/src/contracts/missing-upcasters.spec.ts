import { IsInt } from 'class-validator';
import { declaredMessages, Message, registerUpcaster } from '@switchboard/message-schema';
import { missingUpcasters } from './missing-upcasters.js';

@Message({ type: 'contracts.trial', version: 1, stream: 'trial' })
class TrialV1 {
  @IsInt()
  one!: number;
}

@Message({ type: 'contracts.trial', version: 2, stream: 'trial' })
class TrialV2 {
  @IsInt()
  two!: number;
}

it('a version that its successor cannot read is named, until there is an up-caster', () => {
  expect(declaredMessages().map(({ messageClass }) => messageClass)).toEqual(
    expect.arrayContaining([TrialV1, TrialV2]),
  );
  expect(missingUpcasters()).toEqual([
    'contracts.trial version 1 has no up-caster: registerUpcaster(TrialV1, TrialV2, …) beside TrialV2',
  ]);
  registerUpcaster(TrialV1, TrialV2, ({ one }) => ({ two: one }));
  expect(missingUpcasters()).toEqual([]);
});
