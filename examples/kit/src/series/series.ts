/** One numeric column, a value per row; NaN where the value is missing and missing rows were allowed. */
export interface Column {
  readonly name: string;
  readonly values: Float64Array;
}

/** A baseline that repeats the value of one season ago: the same weekday of last week, say. */
export interface Season {
  readonly rows: number;
  readonly label: string;
}

/** A series to forecast: rows in the order of time, and where they came from. */
export interface Series {
  /** Name for people: `births`, or the file's name. */
  readonly name: string;
  /** What one row is, for sentences such as "the next day". */
  readonly step: string;
  /** Unit of the target, for the axes. */
  readonly unit: string;
  readonly provenance: string;
  readonly licence: string;
  /** The target is always the first column. All columns are inputs, as known up to the day before. */
  readonly columns: readonly Column[];
  /** Start of each row in milliseconds since 1970 (UTC); `null` when the file has no dates. */
  readonly dates: Float64Array | null;
  readonly season: Season | null;
  /** Whether the model sees levels or the changes from row to row; changes suit a series that drifts away. */
  readonly inputs: 'levels' | 'changes';
  /** Columns of the file that are not used, with the reason. */
  readonly ignored: readonly { readonly name: string; readonly reason: string }[];
}

/** The column that is forecast. */
export function targetOf(series: Series): Column {
  return series.columns[0]!;
}
