import { meanInterval } from '../statistics/statistics.js';
import type { Cell, Study } from '../study.js';
import { groupBy } from './blocks.js';
import type { Observation } from './observations.js';

/** A mean over seeds with its spread. */
export interface Spread {
  readonly mean: number;
  /** 95 % by Student's t over the seeds; `null` for one. */
  readonly interval: readonly [number, number] | null;
  /** Sample standard deviation; `null` for one seed. */
  readonly deviation: number | null;
  readonly least: number;
  readonly greatest: number;
}

/** One cell of the design, summed up over its seeds. */
export interface CellSummary {
  readonly arm: string;
  readonly model: Cell['model'];
  readonly series: number;
  readonly length: number;
  readonly chosen: string;
  readonly tuning: Cell['tuning'];
  readonly runs: number;
  /** Of the test part; `null` while no run is there. MAE and RMSE in original units, scaled ones in error units. */
  readonly mae: Spread | null;
  readonly rmse: Spread | null;
  readonly scaledMae: Spread | null;
  readonly scaledMaeAtBest: Spread | null;
  readonly scaledMaeAtLast: Spread | null;
  /** Fraction of prunable weights that is zero in the scored weights, as counted in the masks. */
  readonly sparsity: Spread | null;
  readonly epochs: Spread | null;
}

/** Mean, interval and range of at least one value. */
export function spreadOf(values: readonly number[]): Spread | null {
  if (values.length === 0) return null;
  const { mean, standardDeviation, interval } = meanInterval(values);
  return {
    mean,
    interval: interval === null ? null : [interval.low, interval.high],
    deviation: standardDeviation,
    least: Math.min(...values),
    greatest: Math.max(...values),
  };
}

/** Every cell of a study that trains something, in the order of the design. */
export function summariseCells(study: Study, observations: readonly Observation[]): CellSummary[] {
  const byCell = groupBy(observations, nameOf);
  return study.cells
    .filter((cell) => cell.arm !== 'persistence')
    .map((cell) => {
      const runs = byCell.get(nameOf(cell)) ?? [];
      const spread = (read: (run: Observation) => number) => spreadOf(runs.map(read));
      return {
        arm: cell.arm,
        model: cell.model,
        series: cell.series,
        length: cell.length,
        chosen: cell.chosen,
        tuning: cell.tuning,
        runs: runs.length,
        mae: spread((run) => run.score.mae),
        rmse: spread((run) => run.score.rmse),
        scaledMae: spread((run) => run.score.scaledMae),
        scaledMaeAtBest: spread((run) => run.atBest.scaledMae),
        scaledMaeAtLast: spread((run) => run.atLast.scaledMae),
        sparsity: spread((run) => run.sparsity),
        epochs: spread((run) => run.epochs),
      };
    });
}

function nameOf({ arm, model, series, length }: Pick<Cell, 'arm' | 'model' | 'series' | 'length'>): string {
  return `${arm}/${model}/${series}/${length}`;
}
