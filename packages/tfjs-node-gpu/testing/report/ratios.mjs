// @ts-check
import { table } from './part.mjs';

/** @typedef {typeof import('@tensorflow/tfjs')} Tfjs */

/** Each thing is timed so often; the middle one counts. */
const RUNS = 5;

/**
 * What pruning costs beside other work on the same device in the same minute.
 *
 * @param {Tfjs} tf
 * @param {import('../training.mjs').Pruning & Pick<typeof import('@synaprune/tfjs'), 'constantSparsity'>} pruning
 * @param {number} elements
 * @returns {Promise<import('./part.mjs').Part>}
 */
export async function ratiosPart(tf, pruning, elements) {
  const shapes = { one: [elements], many: Array.from({ length: 100 }, () => Math.ceil(elements / 100)) };
  /** @type {string[][]} */
  const rows = [];
  for (const sizes of Object.values(shapes)) {
    const { update, enforce, pass, topk } = await times(tf, pruning, sizes);
    const show = (/** @type {number} */ time, /** @type {number} */ unit) =>
      `${time.toFixed(2)} ms, ${(time / unit).toPrecision(3)} ×`;
    rows.push([
      `${sizes.length} of ${sizes[0]}`,
      `${pass.toFixed(2)} ms`,
      show(enforce, pass),
      show(update, pass),
      show(topk, pass),
      `${(topk / update).toPrecision(3)} ×`,
    ]);
  }
  const head = [
    'weights',
    'a pass that reads and writes',
    'enforce',
    'update',
    '`tf.topk`',
    'update faster than `tf.topk`',
  ];
  return { title: 'Costs', lines: table(head, rows), passed: 0, failed: 0, skipped: 0 };
}

/** @param {Tfjs} tf @param {Parameters<typeof ratiosPart>[1]} pruning @param {readonly number[]} sizes */
async function times(tf, pruning, sizes) {
  const weights = sizes.map((size, i) => {
    return { name: `weight ${i}`, weight: tf.tidy(() => tf.variable(tf.zeros([size]))) };
  });
  const variables = weights.map(({ weight }) => weight);
  const fill = () =>
    tf.tidy(() => {
      for (const [i, variable] of variables.entries()) {
        // Through an operation, because what is only uploaded waits in JavaScript until it is used.
        variable.assign(tf.neg(tf.randomNormal(variable.shape, 0, 1, 'float32', i + 1)));
      }
    });
  fill();
  // A device may run behind; reading from the last result waits for it.
  const wait = () => {
    const last = /** @type {import('@tensorflow/tfjs').Variable} */ (variables.at(-1));
    tf.tidy(() => last.slice([0], [1]).dataSync());
  };
  const half = pruning.constantSparsity(0.5);
  const update = await middle(async () => {
    // A new pruner each time, because an update to the same sparsity has nothing to do.
    const pruner = pruning.createPruner({ backend: pruning.createBackend(), weights, schedule: half });
    const start = performance.now();
    await pruner.update(0);
    wait();
    const time = performance.now() - start;
    pruner.dispose();
    fill();
    wait();
    return time;
  });
  const pruner = pruning.createPruner({ backend: pruning.createBackend(), weights, schedule: half });
  await pruner.update(0);
  const clocked = (/** @type {() => void} */ work) =>
    middle(async () => {
      const start = performance.now();
      work();
      wait();
      return performance.now() - start;
    });
  const enforce = await clocked(() => pruner.enforceSync());
  const pass = await clocked(() =>
    tf.tidy(() => {
      for (const variable of variables) variable.assign(tf.neg(variable));
    }),
  );
  const topk = await clocked(() =>
    tf.tidy(() => {
      const all = tf.abs(tf.concat1d(/** @type {any} */ (variables)));
      const { values } = tf.topk(all, Math.ceil(all.size / 2));
      values.slice([values.size - 1], [1]).dataSync();
    }),
  );
  pruner.dispose();
  tf.dispose(variables);
  return { update, enforce, pass, topk };
}

/** The median time, the first one left out. @param {() => Promise<number>} run */
async function middle(run) {
  await run();
  const found = [];
  for (let i = 0; i < RUNS; i += 1) found.push(await run());
  return Number(found.sort((a, b) => a - b)[RUNS >> 1]);
}
