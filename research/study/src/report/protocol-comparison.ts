import type { Study } from '../study.js';
import type { StudyJson } from '../study-json.js';
import { type Analysis, REFERENCES } from './analysis.js';
import type { BlockUnit } from './blocks.js';
import { type Effect, effectOf, effectOnPersistence } from './effects.js';
import type { Observation } from './observations.js';
import { listText } from './words.js';

/** This study beside another one, on the models, series and lengths that both have. */
export interface ProtocolComparison {
  readonly other: Pick<StudyJson, 'protocol' | 'date'>;
  /** What both have, for people. */
  readonly places: string;
  readonly rows: readonly {
    readonly arm: string;
    readonly reference: string;
    readonly here: Effect | null;
    readonly there: Effect | null;
  }[];
}

/** Compares a study with another one's study.json, arm by arm. Series are the same when source and target are. */
export function compareProtocols(
  study: Study,
  { observations }: Analysis,
  other: StudyJson,
): ProtocolComparison {
  const nameOf = (series: { readonly source: string; readonly target: string }) =>
    `${series.source}:${series.target}`;
  const tag = (run: Observation, names: readonly string[]) =>
    `${run.model}/${names[run.series]}/${run.length}`;
  const [ourNames, theirNames] = [study.series.map(nameOf), other.series.map(nameOf)];
  const ourTags = new Set(observations.map((run) => tag(run, ourNames)));
  const theirTags = new Set(other.rows.map((run) => tag(run, theirNames)));
  const ours = observations.filter((run) => theirTags.has(tag(run, ourNames)));
  const theirs = other.rows.filter((run) => ourTags.has(tag(run, theirNames)));
  const several = new Set(ours.map((run) => `${run.series}/${run.model}`)).size > 1;
  const unit: BlockUnit = several ? ['series', 'model'] : ['seed'];
  const arms = [...new Set([...ours, ...theirs].map((run) => run.arm))];
  const rows = arms.flatMap((arm) => [
    ...REFERENCES.filter((reference) => reference !== arm).map((reference) => ({
      arm,
      reference,
      here: effectOf(ours, arm, reference, unit),
      there: effectOf(theirs, arm, reference, unit),
    })),
    {
      arm,
      reference: 'last value',
      here: effectOnPersistence(ours, arm, unit),
      there: effectOnPersistence(theirs, arm, unit),
    },
  ]);
  const distinct = (read: (run: Observation) => string | number) => [...new Set(ours.map(read))].map(String);
  return {
    other: { protocol: other.protocol, date: other.date },
    places:
      `${listText(distinct((run) => run.model))} on ${listText(distinct((run) => study.series[run.series]!.name))}, ` +
      `lengths ${listText(distinct((run) => run.length))}; blocks are ${several ? 'series × model' : 'seeds'}`,
    rows: rows.filter(({ here, there }) => here !== null || there !== null),
  };
}
