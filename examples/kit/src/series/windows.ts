import { badData } from '../bad-data.js';
import { calendarColumns } from './calendar.js';
import { applyScale, differences, fitScale, meanAbsolute, rootMeanSquare } from './scale.js';
import { type Season, type Series, targetOf } from './series.js';
import { type Span, splitRows } from './split.js';

/** Input windows of one part, with what is to be forecast and what it takes to say it in original units. */
export interface Windows {
  /** [count, length, features], row-major. */
  readonly inputs: Float32Array;
  /** Difference of the value to forecast from the reference, divided by {@link Dataset.changeSize}. [count] */
  readonly targets: Float32Array;
  /** The last value seen, in original units: what persistence forecasts. [count] */
  readonly last: Float64Array;
  /** The value to forecast, in original units. [count] */
  readonly truth: Float64Array;
  /** The value one season before the one to forecast; NaN when the series has no season. [count] */
  readonly seasonAgo: Float64Array;
  /** What a model's output counts from: `last` or `seasonAgo`, as {@link Dataset.reference} says. [count] */
  readonly reference: Float64Array;
  /** Row of the series that is forecast. [count] */
  readonly rows: Int32Array;
}

/** A series made ready for training. */
export interface Dataset {
  readonly length: number;
  readonly features: readonly string[];
  /** The naive forecast that models correct: the one with the smaller error in the training part. */
  readonly reference: 'last' | 'season';
  /** Root mean square of the target's differences from the reference in the training part: one unit of output. */
  readonly changeSize: number;
  readonly train: Windows;
  readonly validation: Windows;
  readonly test: Windows;
  /** Windows left out because they touch a missing value. */
  readonly skipped: number;
  /** Columns that are constant in the training part and therefore no input. */
  readonly constant: readonly string[];
}

/** Numbers in all windows of a part together: 256 MB. */
const MOST_NUMBERS = 64e6;
const LEAST_WINDOWS = { train: 64, validation: 16, test: 16 } as const;

/**
 * Cuts a series into windows of `length` rows and the row after, which is forecast as a difference from the last
 * value, or from the value one season ago where that is nearer in the training part. So an output of 0 is
 * exactly the better naive forecast, and levels that drift out of the range of the training part do no harm.
 *
 * Rows are split 70/15/15 in the order of time. A window belongs to a part only with all of the rows it was made
 * from, the forecast one included. Scales are fitted on the training rows alone.
 *
 * @throws PruneError `bad-data` when the target is constant or a part has too few windows
 */
export function makeDataset(series: Series, length: number): Dataset {
  const target = targetOf(series);
  const rows = target.values.length;
  const split = splitRows(rows);
  // Rows that a window is made from beside those it shows: differences look further back.
  const lead = series.season?.rows ?? (series.inputs === 'changes' ? 1 : 0);
  const shortest = rows - split.test.from;
  if (shortest < length + lead + LEAST_WINDOWS.test) {
    throw badData(
      `${series.name} needs about ${Math.ceil((length + lead + LEAST_WINDOWS.test) / 0.15)} rows for windows of ` +
        `${length}, got ${rows}; take a shorter --length or a longer series`,
    );
  }
  const trained = (lag: number) => differences(target.values, lag).subarray(split.train.from, split.train.to);
  const reference =
    series.season !== null && meanAbsolute(trained(series.season.rows)) < meanAbsolute(trained(1))
      ? 'season'
      : 'last';
  const changeSize = rootMeanSquare(trained(reference === 'season' ? series.season!.rows : 1));
  if (!(fitScale(differences(target.values, 1), split.train).size > 0) || !(changeSize > 0)) {
    throw badData(
      `target ${target.name} never changes in its ${split.train.to} training rows; nothing to learn`,
    );
  }

  const seen = series.columns.map(({ name, values }) =>
    series.inputs === 'changes'
      ? { name: `change of ${name}`, values: differences(values, 1) }
      : { name, values },
  );
  if (series.season !== null) {
    seen.push({
      name: `${target.name} against ${series.season.label}`,
      values: differences(target.values, series.season.rows),
    });
  }
  const scaled = seen.map((column) => ({ ...column, scale: fitScale(column.values, split.train) }));
  const varying = scaled.filter(({ scale }) => scale.size > 0);
  const calendar = series.dates === null ? [] : calendarColumns(series.dates);
  const features = [
    ...varying.map(({ values, scale }) => ({ values: applyScale(values, scale), shift: 0 })),
    // The calendar of the row to forecast is known in advance; nothing else of that row is.
    ...calendar.map(({ values }) => ({ values, shift: 1 })),
  ];

  const part = (name: keyof typeof LEAST_WINDOWS) => {
    const span = { from: split[name].from + lead, to: split[name].to };
    const naive = { season: series.season, reference, changeSize } as const;
    const numbers = Math.max(0, span.to - span.from - length) * length * features.length;
    if (numbers > MOST_NUMBERS) {
      throw badData(
        `the windows of the ${name} part of ${series.name} would hold ${numbers.toLocaleString('en-US')} numbers, more ` +
          `than ${MOST_NUMBERS.toLocaleString('en-US')}; take a shorter --length, fewer --columns or fewer rows`,
      );
    }
    const cut = cutWindows(target.values, features, span, length, naive);
    if (cut.windows.truth.length < LEAST_WINDOWS[name]) {
      throw badData(
        `the ${name} part of ${series.name} needs ${LEAST_WINDOWS[name]} whole windows of ${length} rows, ` +
          `got ${cut.windows.truth.length} from ${split[name].to - split[name].from} rows ` +
          `(${cut.skipped} touch missing values)`,
      );
    }
    return cut;
  };
  const [train, validation, test] = [part('train'), part('validation'), part('test')];
  return {
    length,
    features: [...varying, ...calendar].map(({ name }) => name),
    reference,
    changeSize,
    train: train.windows,
    validation: validation.windows,
    test: test.windows,
    skipped: train.skipped + validation.skipped + test.skipped,
    constant: scaled.filter(({ scale }) => !(scale.size > 0)).map(({ name }) => name),
  };
}

/** A feature, and by how many rows its column runs ahead. */
interface Feature {
  readonly values: Float64Array;
  readonly shift: number;
}

function cutWindows(
  target: Float64Array,
  features: readonly Feature[],
  { from, to }: Span,
  length: number,
  naive: Pick<Dataset, 'reference' | 'changeSize'> & { readonly season: Season | null },
): { readonly windows: Windows; readonly skipped: number } {
  const { season, changeSize } = naive;
  const inputs: number[] = [];
  const rows: number[] = [];
  let skipped = 0;
  for (let row = from + length; row < to; row += 1) {
    const window: number[] = [];
    for (let step = row - length; step < row; step += 1) {
      for (const { values, shift } of features) window.push(values[step + shift]!);
    }
    const known = [target[row], target[row - 1], target[row - (season?.rows ?? 1)], ...window];
    if (known.some((value) => Number.isNaN(value))) skipped += 1;
    else {
      for (const value of window) inputs.push(value);
      rows.push(row);
    }
  }
  const at = (offset: number) => Float64Array.from(rows, (row) => target[row + offset] ?? Number.NaN);
  const [last, truth] = [at(-1), at(0)];
  const seasonAgo = season === null ? new Float64Array(rows.length).fill(Number.NaN) : at(-season.rows);
  const reference = naive.reference === 'season' ? seasonAgo : last;
  return {
    windows: {
      inputs: Float32Array.from(inputs),
      targets: Float32Array.from(truth, (value, i) => (value - reference[i]!) / changeSize),
      last,
      truth,
      seasonAgo,
      reference,
      rows: Int32Array.from(rows),
    },
    skipped,
  };
}
