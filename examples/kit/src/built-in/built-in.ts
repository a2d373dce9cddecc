import { badData } from '../bad-data.js';
import type { Series } from '../series/series.js';
import { namesText, nameText } from '../terminal/terminal.js';
import { loadBirths } from './births.js';
import { loadSensors } from './sensors.js';
import { loadSp500 } from './sp500.js';
import { loadWeather } from './weather.js';

/** Series that come with npm packages, by the names that the command lines have for them. */
const BUILT_IN: Readonly<Record<string, () => Series>> = {
  births: loadBirths,
  sp500: loadSp500,
  weather: loadWeather,
  sensors: loadSensors,
};

/** The names of the built-in series. */
export const BUILT_IN_NAMES: readonly string[] = Object.keys(BUILT_IN);

/**
 * Loads a built-in series.
 *
 * @param target another of its columns to forecast than its own
 * @returns `undefined` when no built-in series has the name
 * @throws PruneError `bad-data` when the series has no such column
 */
export function loadBuiltIn(name: string, target?: string): Series | undefined {
  // Of its own: every object also has a `toString`.
  const series = Object.hasOwn(BUILT_IN, name) ? BUILT_IN[name]!() : undefined;
  return series === undefined || target === undefined ? series : withTarget(name, series, target);
}

/** The series with another of its columns as the target. */
function withTarget(name: string, series: Series, target: string): Series {
  const column = series.columns.find((candidate) => candidate.name === target);
  if (column === series.columns[0]) return series;
  if (column === undefined) {
    const list = namesText(series.columns.map((candidate) => candidate.name));
    throw badData(`${name} needs one of its columns as its target, got ${nameText(target)}; it has ${list}`);
  }
  return { ...series, unit: '', columns: [column, ...series.columns.filter((other) => other !== column)] };
}
