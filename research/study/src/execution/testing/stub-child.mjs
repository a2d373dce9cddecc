// A process that carries out made-up runs, for tests; the seed of a run says what it does.
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { serveRuns } from '../../../dist/execution/serve-runs.js';
import { STUDY_RUNS } from '../../../dist/store/stored-run.js';

const [, , folder, manner] = process.argv;
if (manner === 'dies at once') process.exit(3);

const score = (value) => ({ mae: value, rmse: value, scaledMae: value, scaledRmse: value });
const scores = (value) => ({ off: score(value), onePass: null, twentyPasses: null });

/** What no run is without; `epochs` is as long as a real run's. */
function resultOf(value) {
  const all = scores(value);
  return {
    test: all,
    validation: all,
    testAtLast: all,
    testAtBest: all,
    persistence: { test: score(1), validation: score(1) },
    bestEpoch: 0,
    scoredEpoch: 0,
    epochs: Array.from({ length: 30 }, (_, epoch) => ({
      epoch,
      trainLoss: 1,
      validationLoss: 1,
      validationMae: value,
      sparsity: 0,
    })),
    sparsity: 0,
    sparsityByWeight: [],
    prunable: 1,
    parameters: 1,
    gzipBytes: process.memoryUsage().rss,
    seconds: 0.01,
  };
}

await serveRuns(STUDY_RUNS, async () => {
  if (manner === 'cannot start') throw new Error('no runtime here');
  return {
    runtime: 'made up 1.0.0',
    async carryOut({ seed, model }) {
      if (model === 'rnn') throw new Error(`seed ${seed} diverged`);
      if (model === 'gru') {
        console.error('out of luck');
        process.exit(9);
      }
      if (model === 'patch') {
        const mark = join(folder, `died-${seed}`);
        if (!existsSync(mark)) {
          writeFileSync(mark, '');
          process.kill(process.pid, 'SIGKILL');
        }
      }
      if (model === 'patchtst') {
        writeFileSync(join(folder, `begun-${seed}-${process.pid}`), '');
        // Ends when the test says so, and not when a slow machine happens to be as far.
        while (!existsSync(join(folder, `go-${seed}`)))
          await new Promise((resolve) => setTimeout(resolve, 20));
      }
      return resultOf(model === 'lstm' && seed === 13 ? Number.NaN : seed);
    },
  };
});
