import { IsInt, IsString, Length } from 'class-validator';
import {
  agentMessage,
  decode,
  decodeAgentMessage,
  decodeAs,
  encode,
  encodeAgentMessage,
  envelopeOf,
  InvalidMessageError,
  Message,
  registerUpcaster,
} from './index.js';

@Message({ type: 'upcaster.trial', version: 1, stream: 'trial' })
class TrialV1 {
  @IsInt()
  one!: number;
}

@Message({ type: 'upcaster.trial', version: 2, stream: 'trial' })
class TrialV2 {
  @IsString()
  @Length(1, 3)
  two!: string;
}

@Message({ type: 'upcaster.trial', version: 3, stream: 'trial' })
class TrialV3 {
  @IsString()
  three!: string;
}

@Message({ type: 'upcaster.orphan', version: 1, stream: 'trial' })
class OrphanV1 {
  @IsInt()
  one!: number;
}

@Message({ type: 'upcaster.orphan', version: 2, stream: 'trial' })
class OrphanV2 {
  @IsInt()
  two!: number;
}

registerUpcaster(TrialV1, TrialV2, ({ one }) => ({ two: String(one) }));
registerUpcaster(TrialV2, TrialV3, ({ two }) => ({ three: `${two}!` }));

const about = { from_agent: 'a', to_agent: 'b', property_id: 'demo', conversation_id: 'c' };
const first = (one: number) => encode(envelopeOf(TrialV1, { ...about, payload: { one } }));

function fieldsOf(act: () => unknown): string[] {
  try {
    act();
  } catch (error) {
    if (error instanceof InvalidMessageError) return error.violations.map(({ field }) => field);
    throw error;
  }
  return [];
}

describe('a message of an older version', () => {
  it('comes as the newest, by way of every version between', () => {
    expect(decode(first(1))).toMatchObject({ schema_version: 3, payload: { three: '1!' } });
    expect(decodeAs(TrialV3, first(1)).payload).toEqual({ three: '1!' });
  });

  it('comes as the version its reader asks for', () => {
    expect(decodeAs(TrialV1, first(1))).toMatchObject({ schema_version: 1, payload: { one: 1 } });
    expect(decodeAs(TrialV2, first(1))).toMatchObject({ schema_version: 2, payload: { two: '1' } });
  });

  it('keeps everything but version and payload', () => {
    const sent = envelopeOf(TrialV1, { ...about, payload: { one: 1 } });
    expect(decode(encode(sent))).toEqual({ ...sent, schema_version: 3, payload: { three: '1!' } });
  });

  it('comes between agents as the newest, too', () => {
    const sent = agentMessage({ ...about, message_type: 'upcaster.trial', schema_version: 1, payload: { one: 1 } });
    expect(decodeAgentMessage(encodeAgentMessage(sent))).toMatchObject({ schema_version: 3, payload: { three: '1!' } });
  });

  it('is refused when what the up-caster makes of it does not fit', () => {
    expect(fieldsOf(() => decode(first(12_345)))).toEqual(['two']);
  });

  it('is refused by the newer reader when there is no up-caster', () => {
    const old = encode(envelopeOf(OrphanV1, { ...about, payload: { one: 1 } }));
    expect(fieldsOf(() => decodeAs(OrphanV2, old))).toEqual(['schema_version']);
    expect(decode(old).schema_version).toBe(1);
  });
});

describe('a message of a newer version', () => {
  it('is refused by a reader of an older one', () => {
    const newer = encode(envelopeOf(TrialV2, { ...about, payload: { two: '1' } }));
    expect(fieldsOf(() => decodeAs(TrialV1, newer))).toEqual(['schema_version']);
  });

  it('is refused between agents, although types nobody declared are free', () => {
    const sent = agentMessage({ ...about, message_type: 'upcaster.trial', payload: { three: 'x' } });
    const newer = JSON.stringify({ ...sent, schema_version: 4 });
    expect(fieldsOf(() => decodeAgentMessage(newer))).toEqual(['schema_version']);
  });
});

describe('an up-caster', () => {
  it.each([
    ['backwards', () => registerUpcaster(OrphanV2, OrphanV1, () => ({ one: 1 }))],
    ['to another type', () => registerUpcaster(OrphanV1, TrialV2, () => ({ two: '1' }))],
    ['a second time', () => registerUpcaster(TrialV1, TrialV3, () => ({ three: '1' }))],
  ])('is not declared %s', (_name, declare) => {
    expect(declare).toThrow(/newer version|two up-casters/);
  });
});
