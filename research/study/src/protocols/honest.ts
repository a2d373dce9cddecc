import { badData } from '@synaprune/examples-kit/bad-data';
import { calendarColumns } from '@synaprune/examples-kit/series/calendar';
import { applyScale, differences, meanAbsolute } from '@synaprune/examples-kit/series/scale';
import type { Series } from '@synaprune/examples-kit/series/series';
import { type Span, type Split, splitRows } from '@synaprune/examples-kit/series/split';
import type { LoadedSeries } from '../data/load-series.js';
import type { Part, Task } from '../task.js';
import { carryForward } from './carry-forward.js';
import { refuseLeaks } from './leaks.js';
import { momentsOf, rootMeanSquareOf, scaleOf } from './moments.js';
import { cutWindows, type Rows, sideBySide, sparing, wholeWindows } from './windows.js';

const LEAST_WINDOWS = { train: 64, validation: 16, test: 16 } as const;
/** Gaps of up to this many rows are bridged in the inputs. */
const LONGEST_BRIDGE = 3;

/**
 * A task as a careful reviewer would ask for it: rows split 70/15/15 in the order of time, no window over a border,
 * scales fitted on the training rows alone, inputs known before the value to forecast.
 *
 * @throws PruneError `bad-data` when a column gives the target away or a part has too few windows
 */
export function honestTask(loaded: LoadedSeries, length: number): Task {
  refuseLeaks(loaded.series);
  const split = splitRows(loaded.series.columns[0]!.values.length);
  const drifts =
    loaded.inputs === 'by drift' && leavesItsRange(loaded.series.columns[0]!.values, split.train);
  const inputs = loaded.inputs === 'by drift' ? (drifts ? 'changes' : 'levels') : loaded.inputs;
  const { remarks, ...prepared } = prepare({ ...loaded.series, inputs }, split);
  const parts = cutParts(prepared.rows, split, prepared.lead, length, loaded.series.name);
  return {
    protocol: 'honest',
    series: loaded.identity,
    length,
    features: prepared.features,
    channels: prepared.rows.channels,
    outputScale: prepared.rows.outputScale,
    targetChannel: prepared.targetChannel,
    errorUnit: prepared.errorUnit,
    ...parts.windows,
    remarks: [
      ...loaded.remarks,
      ...(drifts
        ? ['the target leaves its range within the training part, so inputs are changes, not levels']
        : []),
      ...remarks,
      ...parts.remarks,
    ],
  };
}

/** Columns, scales and references, by row. */
function prepare(series: Series, split: Split) {
  const target = series.columns[0]!;
  const { train } = split;
  const season = series.season;
  // Rows that a window is made from beside those it shows: differences look further back.
  const lead = season?.rows ?? (series.inputs === 'changes' ? 1 : 0);
  const observed = (lag: number) => differences(target.values, lag);
  const trained = (lag: number) => observed(lag).subarray(train.from + lag, train.to);
  const seasonal = season !== null && meanAbsolute(trained(season.rows)) < meanAbsolute(trained(1));
  const outputScale = rootMeanSquareOf(trained(seasonal ? season.rows : 1));
  const errorUnit = momentsOf(target.values.subarray(train.from, train.to)).deviation;
  if (!(outputScale > 0) || !(errorUnit > 0)) {
    throw badData(
      `${series.name} needs a target that changes, got ${target.name}, which never does in its ${train.to} training rows`,
    );
  }

  const bridged = series.columns.map(({ values }) => carryForward(values, split, LONGEST_BRIDGE));
  const asInput = (values: Float64Array) => (series.inputs === 'changes' ? differences(values, 1) : values);
  const seen = series.columns.map(({ name, values }, at) => ({
    name: series.inputs === 'changes' ? `change of ${name}` : name,
    shown: asInput(bridged[at]!),
    // What follows is a truth to train on, so it is never bridged; what it counts from may be.
    next:
      series.inputs === 'changes'
        ? values.map((value, row) => value - (bridged[at]![row - 1] ?? Number.NaN))
        : values,
  }));
  if (season !== null) {
    const shown = differences(bridged[0]!, season.rows);
    seen.push({
      name: `${target.name} against ${season.label}`,
      shown,
      next: shown.map((value, row) => (Number.isNaN(target.values[row]!) ? Number.NaN : value)),
    });
  }
  const scaled = seen.map((column) => ({
    ...column,
    scale: scaleOf(column.shown.subarray(train.from, train.to)),
  }));
  const constant = scaled.filter(({ scale }) => scale === null).map(({ name }) => name);
  const varying = scaled.flatMap(({ scale, ...column }) => (scale === null ? [] : [{ ...column, scale }]));
  if (scaled[0]!.scale === null)
    throw badData(`${series.name}: ${seen[0]!.name} never varies in the training rows`);
  const calendar = (series.dates === null ? [] : calendarColumns(series.dates)).filter(
    // A series of working days has no Sundays.
    ({ values }) => scaleOf(values.subarray(train.from, train.to)) !== null,
  );
  const count = target.values.length;
  const before = (lag: number) => target.values.map((_, row) => target.values[row - lag] ?? Number.NaN);
  const last = before(1);
  const rows: Rows = {
    matrix: sideBySide(
      [
        ...varying.map(({ shown, scale }) => applyScale(shown, scale)),
        // The calendar of the row to forecast is known in advance; nothing else of that row is.
        ...calendar.map(({ values }) => values.map((_, row) => values[row + 1] ?? Number.NaN)),
      ],
      count,
    ),
    features: varying.length + calendar.length,
    next: sideBySide(
      varying.map(({ next, scale }) => applyScale(next, scale)),
      count,
    ),
    channels: varying.length,
    truth: target.values,
    persistence: last,
    offset: seasonal ? before(season.rows) : last,
    channelOffset: series.inputs === 'changes' ? last : new Float64Array(count),
    outputScale,
  };
  return {
    rows,
    lead,
    features: [...varying, ...calendar].map(({ name }) => name),
    targetChannel: { index: 0, ...scaled[0]!.scale },
    errorUnit,
    remarks: [
      `an output of 0 stands for the ${seasonal ? `value ${season.label}` : 'last value'}`,
      ...(constant.length > 0 ? [`constant in the training part and left out: ${constant.join(', ')}`] : []),
    ],
  };
}

function cutParts(rows: Rows, split: Split, lead: number, length: number, name: string) {
  const whole = (span: Span) => wholeWindows(rows, span.from + lead, span.to, length);
  const found = { train: whole(split.train), validation: whole(split.validation), test: whole(split.test) };
  const possible = (span: Span) => Math.max(0, span.to - span.from - lead - length);
  let left = 0;
  for (const part of ['train', 'validation', 'test'] as const) {
    const missing = possible(split[part]) - found[part].length;
    if (found[part].length < LEAST_WINDOWS[part]) {
      const least = Math.ceil((length + lead + LEAST_WINDOWS.test) / 0.15);
      throw badData(
        `${name} needs ${LEAST_WINDOWS[part]} whole windows of ${length} rows in its ${part} part, got ` +
          `${found[part].length} from ${split[part].to - split[part].from} of its ${split.test.to} rows` +
          (missing > 0 ? ` (${missing} touch missing values)` : ` (about ${least} rows would do)`) +
          '; take a shorter length or a longer series',
      );
    }
    left += missing;
  }
  const total = found.train.length + found.validation.length + found.test.length;
  const { thin, remarks } = sparing(total, length, rows.features);
  const cut = (part: keyof typeof found): Part => cutWindows(rows, thin(found[part]), length);
  return {
    windows: { train: cut('train'), validation: cut('validation'), test: cut('test') },
    remarks: [
      ...(left > 0
        ? [
            `${left} of ${total + left} windows touch missing values and are left out; gaps of up to ` +
              `${LONGEST_BRIDGE} rows in the inputs are bridged with the last value known`,
          ]
        : []),
      ...remarks,
    ],
  };
}

/** Whether over a tenth of the last quarter of the training rows lies outside of what was seen before. */
function leavesItsRange(values: Float64Array, { from, to }: Span): boolean {
  const border = from + Math.floor(((to - from) * 3) / 4);
  let [least, most, outside, known] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, 0];
  for (let row = from; row < to; row += 1) {
    const value = values[row]!;
    if (Number.isNaN(value)) continue;
    if (row < border) {
      least = Math.min(least, value);
      most = Math.max(most, value);
    } else {
      known += 1;
      if (value < least || value > most) outside += 1;
    }
  }
  return outside > 0.1 * known;
}
