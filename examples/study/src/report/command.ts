import type { Study } from '../study.js';

/** The command that makes the same study again, quoted for a shell where it has to be. */
export function commandOf({ protocol, models, series, lengths, seeds, arms }: Study): string {
  const data = series.map(({ source, target }) => quoted(`${source}:${target}`)).join(',');
  return [
    'npm run study --',
    `--protocol ${protocol}`,
    `--models ${models.join(',')}`,
    `--data ${data}`,
    `--lengths ${lengths.join(',')}`,
    `--seeds ${seeds.length}`,
    `--arms ${arms.map((arm) => quoted(arm.name)).join(',')}`,
    '--out DIR',
  ].join(' ');
}

function quoted(text: string): string {
  return /^[\w@%+:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
