// @ts-check
/*
 * Gradients of every operator, on the node tests of the ONNX project: each float32 input of each test becomes
 * a weight, `buildTrainingStep` gives its gradient by a random sum of the outputs, and central differences of
 * the test's own model, run by onnxruntime-node, tell whether it is right.
 *
 *   git clone --filter=blob:none https://github.com/onnx/onnx
 *   git -C onnx checkout 928f94127           # the last commit with test data
 *   npm run build
 *   node tools/onnx-node-tests.mjs onnx/onnx/backend/test/data/node [part of a name] [--list]
 *
 * `--list` prints a line for each test. The exit status is 1 where a gradient is wrong, an error has no type,
 * or a model that onnxruntime runs is called broken.
 */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { judgeTest } from './onnx-node-tests/judge-test.mjs';

const [folder, ...rest] = process.argv.slice(2);
if (folder === undefined || !existsSync(folder)) {
  console.error('usage: node tools/onnx-node-tests.mjs <folder of node tests> [part of a name] [--list]');
  process.exit(2);
}
const listing = rest.includes('--list');
const part = rest.find((word) => !word.startsWith('--')) ?? '';

/** @type {Record<string, number>} */
const tally = {};
/** @type {Map<string, string[]>} */
const reasons = new Map();
let failed = false;
for (const test of readdirSync(folder)
  .filter((name) => name.includes(part))
  .sort()) {
  const home = join(folder, test);
  if (!existsSync(join(home, 'model.onnx'))) continue;
  const { category, lines } = await judgeTest(test, home, reasons);
  tally[category] = (tally[category] ?? 0) + 1;
  if (/wrong|broken|untyped/.test(category)) failed = true;
  if (listing || failedIn(category)) for (const line of lines) console.log(`${category}\t${test}\t${line}`);
}
for (const [category, count] of Object.entries(tally).sort())
  console.log(`${String(count).padStart(6)} ${category}`);
const most = [...reasons].sort(([, a], [, b]) => b.length - a.length).slice(0, 200);
if (listing)
  for (const [why, tests] of most) console.log(`${String(tests.length).padStart(6)} ${why} (${tests[0]})`);
process.exit(failed ? 1 : 0);

/** @param {string} category */
function failedIn(category) {
  return /wrong|broken|untyped/.test(category);
}
