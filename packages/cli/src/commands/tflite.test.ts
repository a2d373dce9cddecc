import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { inModelFolder } from '../testing/in-model-folder.js';
import { run } from '../testing/run.js';

inModelFolder();

const runsOf = ({
  layers,
}: {
  readonly layers: readonly { weight: string; runs: string; could: string }[];
}) => layers.map(({ weight, runs, could }) => [weight, runs, could]);

describe('a .tflite file', () => {
  it('is looked into layer by layer', async () => {
    const { code, out } = await run('look', 'model.tflite', '--json');
    expect(code).toBe(0);
    const found = JSON.parse(out);
    expect(found).toMatchObject({ format: 'tflite', prunable: 728, zeros: 1, notices: [] });
    expect(found.size.bytes).toBe(readFileSync('model.tflite').length);
    expect(runsOf(found)).toEqual([
      ['first/kernel', 'dense', 'dense'],
      ['wide/kernel', 'dense', 'sparse'],
      ['narrow/kernel', 'dense', 'sparse'],
    ]);
    expect((await run('look', 'model.tflite')).out).toMatch(
      /kernels that can be pruned, .*wide\/kernel.*can be pruned.*could/s,
    );
  });

  it('is pruned in place, and stored sparse if told so', async () => {
    const options = ['--sparsity', '0.8', '--distribution', 'uniform'];
    const plain = await run('prune', 'model.tflite', ...options, '--out', 'plain.tflite', '--json');
    const sparse = await run(
      'prune',
      'model.tflite',
      ...options,
      '--sparse',
      '--out',
      'sparse.tflite',
      '--json',
    );
    expect([plain.code, sparse.code]).toEqual([0, 0]);
    const [length, own, shorter] = ['model', 'plain', 'sparse'].map(
      (n) => readFileSync(`${n}.tflite`).length,
    );
    expect(own).toBe(length);
    expect(shorter).toBeLessThan(length!);
    const found = JSON.parse(sparse.out);
    expect(found).toMatchObject({
      before: { bytes: length, ms: null },
      after: { bytes: shorter, ms: null },
      agreement: null,
      notices: [{ code: 'not-run' }],
    });
    const looked = JSON.parse((await run('look', 'sparse.tflite', '--json')).out);
    const zeros = looked.layers.reduce((sum: number, layer: { zeros: number }) => sum + layer.zeros, 0);
    expect(looked).toMatchObject({ prunable: 728, zeros });
    expect(zeros).toBeGreaterThan(400);
    const { out } = await run('look', 'sparse.tflite');
    expect(out).toMatch(
      /728 in the kernels that can be pruned or are stored sparse, \d+(\.\d+)? ?% of them zero/,
    );
    expect(out).not.toMatch(/\?/);
    expect(runsOf(looked)).toEqual([
      ['first/kernel', 'dense', 'dense'],
      ['wide/kernel/sparse', 'sparse', 'sparse'],
      ['narrow/kernel/sparse', 'sparse', 'sparse'],
    ]);
  });

  it.each([
    [['shrink', 'model.tflite', '--keep', '0.5', '--dry-run'], 1, /bad-model.*only "look" and "prune" take/s],
    [['compare', 'model.tflite', 'model.tflite'], 1, /bad-model/],
    [['pack', 'model.tflite', '--dry-run'], 1, /bad-model/],
    [['look', 'none.tflite'], 1, /bad-path.*is not there/s],
    [['prune', 'model.tflite', '--sparsity', '0.5'], 2, /needs --out FILE/],
    [['prune', 'model.tflite', '--dry-run'], 2, /needs --sparsity/],
    [['prune', 'model.tflite', '--sparsity', '0.5', '--out', 'model.tflite'], 1, /bad-path/],
    [['prune', 'model.tflite', '--sparsity', '0.5', '--out', 'x.onnx'], 1, /bad-path.*ends in \.tflite/s],
    [
      ['prune', 'model.tflite', '--sparsity', '0.5', '--dry-run', '--inputs', 'samples'],
      2,
      /takes no --inputs/,
    ],
    [['prune', 'model.onnx', '--sparsity', '0.5', '--dry-run', '--sparse'], 2, /--sparse is for \.tflite/],
  ] as const)('%j ends with %i and says why', async (line, code, message) => {
    const ran = await run(...line);
    expect(ran.code).toBe(code);
    expect(ran.err).toMatch(message);
  });

  it('that is cut is refused', async () => {
    writeFileSync('cut.tflite', readFileSync('model.tflite').subarray(0, 900));
    expect(await run('look', 'cut.tflite')).toMatchObject({
      code: 1,
      err: expect.stringMatching('bad-model'),
    });
  });
});
