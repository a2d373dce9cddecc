/** What to take from a CSV file. */
export interface CsvRequest {
  /** The column to forecast; without one the error lists those there are. */
  readonly target?: string | undefined;
  /** How a user names the target, for that error: `as in prices.csv:COLUMN`. */
  readonly targetHint?: string | undefined;
  /** Texts and numbers that stand for a missing value, beside those that are found out: `-200`. */
  readonly missing?: readonly string[] | undefined;
  /** A folder that the file has to lie in. */
  readonly inside?: string | undefined;
}
