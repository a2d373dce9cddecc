import type { RunSpec } from './run.js';

/** Foretells how long the remaining runs take, from how long others took. */
export interface TimeLeft<Spec = RunSpec> {
  /** Learns from a run, of this or of an earlier session. */
  learn(spec: Spec, seconds: number): void;
  /** Seconds that runs would take one after the other; `undefined` before the first was learnt. */
  work(runs: Iterable<Spec>, others: number): number | undefined;
}

interface Mean {
  sum: number;
  count: number;
}

/** What a run is like, from the nearest to the farthest: runs of one name take about as long as each other. */
export type Likeness<Spec> = (spec: Spec) => readonly [exact: string, rough: string, any: ''];

/** Runs of one model on one series with one length take about as long as each other; so does, less so, a model. */
export function createTimeLeft<Spec = RunSpec>(namesOf: Likeness<Spec>): TimeLeft<Spec> {
  const means = new Map<string, Mean>();
  const meanOf = (name: string) => {
    const mean = means.get(name);
    return mean === undefined ? undefined : mean.sum / mean.count;
  };
  return {
    learn(spec, seconds) {
      for (const name of namesOf(spec)) {
        const mean = means.get(name) ?? { sum: 0, count: 0 };
        mean.sum += seconds;
        mean.count += 1;
        means.set(name, mean);
      }
    },
    work(runs, others) {
      const overall = meanOf('');
      if (overall === undefined) return undefined;
      let seconds = others * overall;
      for (const spec of runs) {
        const [exact, model] = namesOf(spec);
        seconds += meanOf(exact) ?? meanOf(model) ?? overall;
      }
      return seconds;
    },
  };
}

/** What a run of a study is like. */
export function likenessOf({ model, series, length }: RunSpec): readonly [string, string, ''] {
  return [JSON.stringify([model, series.source, series.target, length]), model, ''];
}

/** A time to wait, as people say it: `40 s`, `12 min`, `2 h 05 min`. */
export function sayTime(seconds: number): string {
  if (seconds < 99.5) return `${Math.max(1, Math.round(seconds))} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 100) return `${minutes} min`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min`;
}
