import { Type } from 'class-transformer';
import { IsString, ValidateNested } from 'class-validator';
import { AgentReply, check, jsonSchemaOf, ReplyAddress } from './index.js';

class Plain {}

function namesake(): new () => object {
  class Twin {
    @IsString()
    text!: string;
  }
  return Twin;
}

describe('the schema of a class', () => {
  it('stands by itself: what it refers to is part of it', () => {
    const schema = jsonSchemaOf(AgentReply);
    expect(schema.required).toEqual(['text', 'author', 'replyTo', 'inReplyTo']);
    expect(Object.keys(schema['definitions'] as object)).toEqual([ReplyAddress.name]);
  });

  it('does not exist without decorators', () => {
    expect(() => jsonSchemaOf(Plain)).toThrow('Plain has no class-validator decorators');
  });

  it('is not mistaken for that of another class of the same name', () => {
    const [one, other] = [namesake(), namesake()];
    class Holder {
      @ValidateNested()
      @Type(() => one)
      twin!: object;
    }
    expect(other.name).toBe(one.name);
    expect(() => check(Holder, { twin: { text: 'a' } })).toThrow('There are 2 classes Twin');
  });
});
