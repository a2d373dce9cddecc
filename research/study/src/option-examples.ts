/** What `--help` ends with. */
export const EXAMPLES = `
Examples:
  npm run study                                    lstm and patch on weather and sp500
  npm run study -- --data prices.csv:close --models lstm --seeds 10
  npm run study -- --protocol published --models lstm --data bitcoin.csv:close --seeds 10
  npm run study -- --lengths 1,7,30 --arms none,dropout,pruning --out ./three
  npm run study -- --queue redis://localhost:6379  the work is done by: npm run study -- worker …

A path that holds a comma has to be alone in its --data, which may be given more than once. What follows the
last colon of a part is the column, so a path whose name holds a colon needs its column too.
`;

export const REPORT_EXAMPLES = `
Example:
  npm run study -- report ./study-out
`;

export const WORKER_EXAMPLES = `
Examples:
  npm run study -- worker --queue redis://localhost:6379
  npm run study -- worker --queue rediss://:PASSWORD@host:6380 --workers 8 --data-folder ./series

Start as many as you like, on any machine that reaches the Redis. A worker reads the built-in series, and the CSV
files that lie in its --data-folder, by their names: it does not go where a job says.
`;
