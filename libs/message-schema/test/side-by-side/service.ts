/**
 * A service of the trial: `service.ts 1` knows version 1 of the message, `service.ts 2` knows both. Reads one message per
 * line and writes one line per message: what its handler got, or the fields that made it a dead letter. The first line it
 * writes is a message of its own.
 */
import { text } from 'node:stream/consumers';
import { decodeAs, encode, type Envelope, envelopeOf, InvalidMessageError } from '../../src/index.js';
import { RoomRequestV1 } from './room-request-v1.js';

const about = { from_agent: 'guest:1', to_agent: 'agent:rooms', property_id: 'demo', conversation_id: 'c1' };

async function service(version: string | undefined): Promise<{ sent: Envelope; read: (line: string) => Envelope }> {
  if (version === '1') {
    const sent = envelopeOf(RoomRequestV1, { ...about, payload: { request: '12 towels', guests: 2 } });
    return { sent, read: (line) => decodeAs(RoomRequestV1, line) };
  }
  const { RoomRequest } = await import('./room-request.js');
  const sent = envelopeOf(RoomRequest, { ...about, payload: { room: 12, wishes: ['towels'], guests: 2 } });
  return { sent, read: (line) => decodeAs(RoomRequest, line) };
}

function handled(read: (line: string) => Envelope, line: string): object {
  try {
    const { schema_version, payload } = read(line);
    return { schema_version, payload };
  } catch (error) {
    if (error instanceof InvalidMessageError) return { deadLetter: error.violations };
    throw error;
  }
}

const { sent, read } = await service(process.argv[2]);
const lines = (await text(process.stdin)).split('\n').filter((line) => line !== '');
const written = [encode(sent), ...lines.map((stored) => JSON.stringify(handled(read, stored)))];
process.stdout.write(`${written.join('\n')}\n`);
