// @ts-check

/**
 * Every limit of a test, in one place. A test that hangs must end some day; a test that is slow, on a software GPU, on
 * two cores that ten others share, must pass. The slowest test takes a minute and a half on a machine at leisure, so
 * this holds on one ten times slower, twice over.
 */
export const longestMilliseconds = 30 * 60 * 1000;

/** The limits as Vitest's configuration names them. */
export const timeLimits = {
  testTimeout: longestMilliseconds,
  hookTimeout: longestMilliseconds,
  teardownTimeout: longestMilliseconds,
  expect: { poll: { timeout: longestMilliseconds } },
};
