import { type AgentReply, Envelope, GuestMessage } from '@switchboard/message-schema';
import { of } from 'rxjs';
import { type RequestTurn } from '../contexts/request-turn.js';
import { type TopicContext } from '../contexts/topic-context.js';
import { type TurnContext } from '../contexts/turn-context.js';
import { type WorkContext } from '../contexts/work-context.js';
import { RequestHandler } from './request-handler.decorator.js';
import { StreamHandler } from './stream-handler.decorator.js';
import { TopicHandler } from './topic-handler.decorator.js';
import { WorkHandler } from './work-handler.decorator.js';

class Question {
  city!: string;
}
class Forecast {
  degrees!: number;
}

/** Compiled by the type check; each line below an expected error must be one, or the compilation fails. */
class Handlers {
  @StreamHandler(GuestMessage, 'g1')
  batch(batch: Envelope<GuestMessage>[], turn: TurnContext): void {
    void [batch, turn];
  }

  @StreamHandler(GuestMessage, 'g2', { batch: { quietMs: 0, maxWaitMs: 0, maxMessages: 1, maxBytes: 1 } })
  async one([message]: [Envelope<GuestMessage>]): Promise<void> {
    void message;
  }

  // @ts-expect-error another message class
  @StreamHandler(GuestMessage, 'g3')
  otherClass(batch: Envelope<AgentReply>[]): void {
    void batch;
  }

  // @ts-expect-error a batch, not one message
  @StreamHandler(GuestMessage, 'g4')
  notABatch(message: Envelope<GuestMessage>): void {
    void message;
  }

  // @ts-expect-error the payload alone is not what is delivered
  @StreamHandler(GuestMessage, 'g5')
  payload(batch: GuestMessage[]): void {
    void batch;
  }

  // @ts-expect-error the context of another pattern
  @StreamHandler(GuestMessage, 'g6')
  otherContext(batch: Envelope<GuestMessage>[], item: WorkContext): void {
    void [batch, item];
  }

  @WorkHandler(GuestMessage, { queue: 'q1' })
  work(message: Envelope<GuestMessage>, item: WorkContext): void {
    void [message, item];
  }

  @WorkHandler('q2')
  raw(body: unknown): void {
    void body;
  }

  // @ts-expect-error another message class
  @WorkHandler(GuestMessage, { queue: 'q3' })
  otherWork(message: Envelope<AgentReply>): void {
    void message;
  }

  // @ts-expect-error without a class nothing is known of the body
  @WorkHandler('q4')
  assumed(body: { text: string }): void {
    void body;
  }

  @TopicHandler('events:*', GuestMessage)
  heard(message: Envelope<GuestMessage>, context: TopicContext): void {
    void [message, context];
  }

  // @ts-expect-error another message class
  @TopicHandler('events:*', GuestMessage)
  otherTopic(message: Envelope<AgentReply>): void {
    void message;
  }

  // @ts-expect-error without a class nothing is known of the body
  @TopicHandler('events:?')
  assumedTopic(text: string): void {
    void text;
  }

  @RequestHandler('weather', Question, Forecast)
  forecast({ city }: Question, turn: RequestTurn): Forecast {
    return { degrees: city.length + turn.deadlineMs };
  }

  @RequestHandler('weather-later', Question, Forecast)
  forecastLater() {
    return Promise.resolve(of({ degrees: 1 }));
  }

  // @ts-expect-error another request class
  @RequestHandler('weather-2', Question, Forecast)
  otherQuestion(question: Forecast): Forecast {
    return question;
  }

  // @ts-expect-error another response class
  @RequestHandler('weather-3', Question, Forecast)
  otherAnswer(question: Question): Promise<Question> {
    return Promise.resolve(question);
  }
}

it('a handler whose parameter or answer is of another class than its decorator says does not compile', () => {
  expect(Object.getOwnPropertyNames(Handlers.prototype)).toHaveLength(18);
});
