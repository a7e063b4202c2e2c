import { type Figure } from '../figures/figure.js';
import { type Judgement } from './judgement.js';

/** The figures as a table for people. */
export function tableOf(judged: readonly (readonly [Figure, Judgement])[]): string {
  const rows = [
    ['figure', 'about', 'Switchboard', 'peer', 'ratio', 'spread', 'required', ''],
    ...judged.map(([figure, judgement]) => rowOf(figure, judgement)),
  ];
  const widths = (rows[0] as string[]).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] as string).length)),
  );
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] as number))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function rowOf({ name, about }: Figure, judgement: Judgement): string[] {
  const { value, unit, peer, ratio, spread, limit, limitOn, limitSense, holds, missing } = judgement;
  const bound =
    limit === null ? '' : `${limitSense === 'at least' ? '≥' : '≤'} ${limit}${limitOn === 'ratio' ? ' ×' : ` ${unit}`}`;
  const verdict = holds === null ? '' : holds ? 'ok' : 'MISSED';
  return [
    name,
    about,
    value === null ? '-' : `${amount(value)} ${unit}`,
    peer === null ? '-' : amount(peer),
    ratio === null ? '-' : ratio.toFixed(2),
    spread === null ? '-' : `${Math.round(spread * 100)} %`,
    bound,
    missing === undefined ? verdict : `not measured: ${missing}`,
  ];
}

function amount(value: number): string {
  return value >= 1_000 ? Math.round(value).toLocaleString('en') : value.toFixed(2);
}
