/* The command: by its name, as `npx synaprune` starts it, and as a function. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { findWeights } from '@synaprune/onnx';
import { buildModel } from '@synaprune/onnx/graph';

const require = createRequire(import.meta.url);
const manifest = require.resolve('synaprune/package.json');
const command = join(dirname(manifest), require(manifest).bin.synaprune);
const folder = await mkdtemp(join(tmpdir(), 'synaprune-'));
const file = join(folder, 'model.onnx');
const out = join(folder, 'pruned.onnx');

/** @param {readonly string[]} args */
function synaprune(...args) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [command, ...args], {
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1', ORT_DISABLE_TELEMETRY: '1' },
  });
  return { status, stdout, said: stdout + stderr };
}

try {
  const data = Float32Array.from({ length: 4096 }, (_, i) => (i % 2 === 0 ? 1 : -1) * (i + 1));
  await writeFile(
    file,
    buildModel({
      inputs: { x: ['batch', 64] },
      tensors: { w: { shape: [64, 64], data } },
      nodes: [['MatMul', ['x', 'w'], ['y']]],
      outputs: ['y'],
    }),
  );
  const looked = synaprune('look', file, '--json');
  assert.equal(looked.status, 0, looked.said);
  assert.deepEqual(
    JSON.parse(looked.stdout).weights.map((/** @type {{ name: string }} */ { name }) => name),
    ['w'],
  );
  const pruned = synaprune('prune', file, '--sparsity', '0.5', '--out', out);
  assert.equal(pruned.status, 0, pruned.said);
  assert.deepEqual(
    findWeights(await readFile(out)).map(({ name }) => name),
    ['w'],
  );
  const compared = synaprune('compare', file, out, '--json');
  assert.equal(compared.status, 0, compared.said);
  const { agreement } = JSON.parse(compared.stdout);
  assert.ok(agreement > 0.5 && agreement < 1, `agreement ${agreement}`);
  assert.equal(synaprune('look', file, '--unheard-of').status, 2);
} finally {
  await rm(folder, { recursive: true });
}
