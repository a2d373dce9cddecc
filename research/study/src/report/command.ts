import type { Study } from '../study.js';

/** The command that makes the same study again, quoted for a shell where it has to be. */
export function commandOf(study: Study): string {
  const { protocol, models, series, lengths, seeds, tuningSeeds, arms } = study;
  const sources = series.map(({ source, target }) => `${source}:${target}`);
  // A path that holds a comma has to be alone in its --data.
  const plain = sources.filter((source) => !source.includes(','));
  const alone = sources.filter((source) => source.includes(','));
  return [
    'npm run study --',
    `--protocol ${protocol}`,
    `--models ${models.join(',')}`,
    ...(plain.length === 0 ? [] : [`--data ${quoted(plain.join(','))}`]),
    ...alone.map((source) => `--data ${quoted(source)}`),
    `--lengths ${lengths.join(',')}`,
    `--seeds ${seeds.length}`,
    ...(tuningSeeds.length > 1 ? [`--tuning-seeds ${tuningSeeds.length}`] : []),
    `--arms ${quoted(arms.map((arm) => arm.name).join(','))}`,
  ].join(' ');
}

function quoted(text: string): string {
  return /^[\w@%+:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
