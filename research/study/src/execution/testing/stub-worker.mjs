// A worker of a queue that carries out made-up runs on one process, for tests: to be killed.
import { fileURLToPath } from 'node:url';
import { createPool } from '../../../dist/execution/pool.js';
import { serveQueue } from '../../../dist/execution/queue-worker.js';

const [, , url, folder, patience] = process.argv;
const controller = new AbortController();
process.on('SIGINT', () => controller.abort());
try {
  await serveQueue({
    url,
    runtime: 'made up 1.0.0',
    pool: createPool({ path: fileURLToPath(new URL('stub-child.mjs', import.meta.url)), args: [folder] }, 1),
    signal: controller.signal,
    say: (line) => console.log(line),
    ended: ({ model, seed }, { kind }) => console.log(`${model} ${seed} ${kind}`),
    patience: Number(patience),
  });
} catch (error) {
  console.log(`${error.code}: ${error.message}`);
  process.exitCode = 1;
}
process.exit();
