import { type CanActivate, Controller, UseGuards } from '@nestjs/common';
import { RpcException } from '@nestjs/microservices';
import { waitFor } from '@switchboard/testing';
import { IsInt, IsString } from 'class-validator';
import { firstValueFrom, of, timeout } from 'rxjs';
import { RedisConnections } from '../src/connections/redis-connections.js';
import { type RequestTurn } from '../src/nest/contexts/request-turn.js';
import { RequestHandler } from '../src/nest/handlers/request-handler.decorator.js';
import { Requests } from '../src/requests/requests.js';
import { Keys } from '../src/streams/keys.js';
import { NestScene } from './nest-scene.js';

const scene = NestScene.forTests();

class Question {
  @IsString()
  city!: string;
}

class Forecast {
  @IsInt()
  degrees!: number;
}

describe('a request', () => {
  class Closed implements CanActivate {
    canActivate(): boolean {
      return false;
    }
  }

  const answers = new Map<string, (answer: Forecast) => void>();
  let aborted = 0;

  @Controller()
  class Weather {
    @RequestHandler('weather', Question, Forecast)
    forecast({ city }: Question): Forecast | Promise<Forecast> {
      if (city === 'Atlantis') throw new RpcException({ code: 'NO_SUCH_CITY', message: 'there is no such city' });
      if (city === 'Nowhere') return { degrees: 'warm' } as unknown as Forecast;
      if (city.startsWith('wait')) return new Promise((resolve) => answers.set(city, resolve));
      return { degrees: city.length };
    }

    @RequestHandler('observable')
    observable(body: unknown) {
      return of({ got: body });
    }

    @RequestHandler('closed')
    @UseGuards(Closed)
    closed(): string {
      return 'open';
    }

    @RequestHandler('slow')
    async slow(_body: unknown, turn: RequestTurn): Promise<void> {
      await new Promise<void>((resolve) => {
        turn.signal.addEventListener('abort', () => {
          aborted++;
          resolve();
        });
      });
    }
  }

  it('is answered, checked on the way in and on the way out', async () => {
    await scene.start([Weather]);
    expect(await scene.ask('weather', { city: 'Rome' })).toEqual({ degrees: 4 });
    expect(await scene.ask('observable', { a: [1] })).toEqual({ got: { a: [1] } });
    await expect(scene.ask('weather', { town: 'Rome' })).rejects.toMatchObject({ code: 'INVALID_MESSAGE' });
    await expect(scene.ask('weather', { city: 'Nowhere' })).rejects.toMatchObject({ code: 'INVALID_MESSAGE' });
  });

  it('that is refused rejects with the other side’s code and message', async () => {
    await scene.start([Weather]);
    const refusal: unknown = await scene.ask('weather', { city: 'Atlantis' }).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(RpcException);
    expect(refusal).toMatchObject({ code: 'NO_SUCH_CITY', message: 'there is no such city', address: 'weather' });
    await expect(scene.ask('closed', {})).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });

  it('gets its own answer among many at once, in whichever order they come', async () => {
    await scene.start([Weather]);
    const cities = Array.from({ length: 50 }, (_, i) => `wait ${i}`);
    const all = Promise.all(cities.map((city) => scene.ask<Forecast>('weather', { city })));
    await waitFor(() => answers.size === 50, { describe: 'all are being handled' });
    for (const city of cities.toReversed()) answers.get(city)?.({ degrees: Number(city.slice(5)) });
    expect((await all).map(({ degrees }) => degrees)).toEqual(cities.map((_, i) => i));
  });

  it('fails at once when nobody serves the address, and in time when the answer does not come', async () => {
    await scene.start([Weather]);
    await expect(scene.ask('nobody', {})).rejects.toMatchObject({ code: 'NOBODY_ANSWERS' });
    const hasty = scene.openClient(200);
    await expect(firstValueFrom(hasty.send('slow', {}))).rejects.toMatchObject({ code: 'REQUEST_TIMEOUT' });
    await waitFor(() => aborted > 0, { describe: 'the handler learned that nobody waits' });
  });

  it('whose answer is not JSON fails with a clear error that does not quote it', async () => {
    const connections = new RedisConnections({ url: scene.redis.url, keyPrefix: scene.keyPrefix }, 'foreign');
    const requests = new Requests(connections, new Keys(scene.keyPrefix));
    try {
      await requests.serve('foreign', () => 'secret words').ready;
      const refusal: unknown = await scene.ask('foreign', {}).catch((error: unknown) => error);
      expect(refusal).toMatchObject({ code: 'INVALID_ANSWER', address: 'foreign', message: 'the answer is not JSON' });
    } finally {
      await requests.close();
      await connections.close();
    }
  });

  it('that is unsubscribed from is given up', async () => {
    await scene.start([Weather]);
    const hasty = scene.openClient(300);
    const late = firstValueFrom(hasty.send('slow', {}).pipe(timeout(100)));
    await expect(late).rejects.toMatchObject({ name: 'TimeoutError' });
  });
});
