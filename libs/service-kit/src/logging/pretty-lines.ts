import { styleText } from 'node:util';
import { type DestinationStream } from 'pino';
import { prettyFactory } from 'pino-pretty';

const colours = ['cyan', 'magenta', 'green', 'blue', 'yellow'] as const;

/** Width of the service names, so that the lines of all services stand in columns. */
const NAME_WIDTH = 23;

/** The same colour for the same service at each start. */
function colourOf(service: string): (typeof colours)[number] {
  const sum = [...service].reduce((total, letter) => total + letter.charCodeAt(0), 0);
  return colours[sum % colours.length] as (typeof colours)[number];
}

/** How readable lines look. */
export interface PrettyLook {
  readonly colour: boolean;
  /** Begin each line with the service's name; without it whoever joins several services' lines adds the names. */
  readonly named: boolean;
}

/**
 * Turns JSON lines into readable ones: service name, time, level, message. The address of a start stands in the
 * message: `listening on http://127.0.0.1:3000`. Lines are written at once, so that the last ones before an exit are
 * not lost.
 */
export function prettyLines(
  service: string,
  { colour, named }: PrettyLook,
  output: DestinationStream,
): DestinationStream {
  const name = service.padEnd(NAME_WIDTH);
  const shown = colour ? styleText(colourOf(service), name, { validateStream: false }) : name;
  const prettify = prettyFactory({
    colorize: colour,
    translateTime: 'SYS:HH:MM:ss.l',
    ignore: 'pid,hostname,service,url',
    singleLine: true,
    customPrettifiers: { time: (time) => (named ? `${shown} ${String(time)}` : String(time)) },
    messageFormat: (entry, messageKey) => {
      const message = String(entry[messageKey] ?? '');
      return typeof entry['url'] === 'string' ? `${message} on ${entry['url']}` : message;
    },
  });
  return { write: (line) => output.write(prettify(line) ?? line) };
}
