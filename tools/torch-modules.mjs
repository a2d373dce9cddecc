// @ts-check
/*
 * Gradients of what PyTorch exports, against its autograd: every module that tools/torch-modules/ lists, by both of
 * its exporters. Float inputs become weights too, and `buildTrainingStep` gives the gradient of a random sum of the
 * outputs by all of them.
 *
 *   python3 -m venv torch && torch/bin/pip install torch onnx onnxscript
 *   torch/bin/python tools/torch-modules/make-modules.py modules      # some ten minutes
 *   npm run build
 *   node tools/torch-modules.mjs modules [part of a name] [--list]
 *
 * `--list` prints a line for each export. The exit status is 1 where a gradient is wrong or an error has no type.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { judgeModule } from './torch-modules/judge-module.mjs';

const [folder, ...rest] = process.argv.slice(2);
if (folder === undefined || !existsSync(folder)) {
  console.error('usage: node tools/torch-modules.mjs <folder of modules> [part of a name] [--list]');
  process.exit(2);
}
const listing = rest.includes('--list');
const part = rest.find((word) => !word.startsWith('--')) ?? '';

/** @type {Record<string, Record<string, number>>} */
const tallies = { dynamo: {}, script: {}, 'by either': {} };
const ORDER = ['wrong', 'agree', 'agree in part', 'refused', 'exported as something else', 'not exported'];
let failed = false;
/** @type {Map<string, string[]>} */
const reasons = new Map();
for (const file of readdirSync(folder).sort()) {
  if (!file.endsWith('.json')) continue;
  const told = JSON.parse(readFileSync(join(folder, file), 'utf8'));
  if (!told.name.includes(part)) continue;
  const found = [];
  for (const exporter of ['dynamo', 'script']) {
    const { verdict, why } = await judgeModule(
      told,
      join(folder, file.replace('.json', `.${exporter}.onnx`)),
    );
    count(exporter, verdict);
    found.push(verdict);
    if (verdict === 'wrong') failed = true;
    if (listing || verdict === 'wrong') {
      console.log(`${verdict}\t${told.name}\t${exporter}\t${why.replaceAll('\n', ' ').slice(0, 300)}`);
    }
    if (verdict === 'refused') {
      const kind = why.replaceAll(/"[^"]*"|node \S+ /g, '…').slice(0, 120);
      reasons.set(kind, [...(reasons.get(kind) ?? []), told.name]);
    }
  }
  count('by either', found.sort((a, b) => ORDER.indexOf(a) - ORDER.indexOf(b))[0] ?? '');
}
console.table(tallies);
if (listing) {
  for (const [why, names] of [...reasons].sort(([, a], [, b]) => b.length - a.length)) {
    console.log(`${String(names.length).padStart(6)} ${why} (${names[0]})`);
  }
}
process.exit(failed ? 1 : 0);

/** @param {string} exporter @param {string} verdict */
function count(exporter, verdict) {
  const tally = tallies[exporter];
  if (tally) tally[verdict] = (tally[verdict] ?? 0) + 1;
}
