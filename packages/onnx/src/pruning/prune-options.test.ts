import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomScore } from '@synaprune/core';
import { afterAll, describe, expect, it } from 'vitest';
import { decodeModel, findWeights, pruneOnnx, tensorFromFloat32, tensorToFloat32 } from '../index.js';
import { pruneOnnxFile } from '../node.js';
import { kernel, matMulModel, modelOf } from '../testing/small-models.js';

const folder = mkdtempSync(join(tmpdir(), 'synaprune-options-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** The same through both doors. */
async function prune(bytes: Uint8Array, options: object) {
  const { model, report } = await pruneOnnx(bytes, options as never);
  const [path, out] = [join(folder, 'model.onnx'), join(folder, 'out.onnx')];
  writeFileSync(path, bytes);
  expect(await pruneOnnxFile(path, { ...options, out } as never)).toEqual(report);
  expect(new Uint8Array(readFileSync(out))).toEqual(model);
  const [first] = decodeModel(model).graph!.initializer;
  return { report, values: [...tensorToFloat32(first!)] };
}

const model = matMulModel(kernel());

describe('options are refused by name, at every depth, with the nearest right one', () => {
  it.each([
    [{ sparcity: 0.5 }, 'has no option "sparcity"; did you mean "sparsity"?'],
    [
      { sparsity: 0.5, minElements: 2 },
      'has no option "minElements": it is select: { minElements }. It takes sparsity',
    ],
    [
      { sparsity: 0.5, scope: 'global' },
      "has no option \"scope\": it is distribution: 'global' or 'uniform'",
    ],
    [{ sparsity: 0.5, schedule: 1 }, 'has no option "schedule": a file is pruned once, to its sparsity'],
    [
      { sparsity: 0.5, score: { kind: 'random', sed: 1 } },
      'has no option "sed" in score of kind "random"; did you mean "seed"?',
    ],
    [
      { sparsity: 0.5, score: { seed: 1 } },
      'needs score to be magnitudeScore(), randomScore({ seed }) or tensorScore(of) of @synaprune/core, got an object',
    ],
    [{ sparsity: 0.5, floor: { element: 1 } }, 'has no option "element" in floor; did you mean "elements"?'],
    [
      { sparsity: 0.5, distribution: 'per-weight' },
      'needs distribution to be one of global, uniform, erk, lamp; got "per-weight"',
    ],
    [{ sparsity: 0.5, keepZeros: 1 }, 'needs keepZeros to be true or false, got 1'],
    [{ sparsity: '0.5' }, 'needs sparsity to be a number, got "0.5"'],
    [{ sparsity: 1.5 }, 'needs `sparsity` in [0, 1], got 1.5'],
    [
      { sparsity: 0.5, select: { minelements: 2 } },
      'has no option "minelements" in select; did you mean "minElements"?',
    ],
    [
      { sparsity: 0.5, select: { minElements: 1.5 } },
      'needs select.minElements to be a whole number of at least 0, got 1.5',
    ],
    [
      { sparsity: 0.5, select: { include: 5 } },
      'needs select.include to be names, patterns and predicates, one or an array of them; got 5',
    ],
    [{ sparsity: 0.5, select: 5 }, 'needs select to be an object, got 5'],
    [null, 'needs an object of options, got null'],
  ])('%j', async (options, message) => {
    await expect(pruneOnnx(model, options as never)).rejects.toThrow(`pruneOnnx ${message}`);
    const inFile = options === null ? null : { ...options, out: 'x' };
    const file = pruneOnnxFile('model.onnx', inFile as never);
    // Before anything is opened, but for what chooses the weights.
    if (!/ select|select\./.test(message) || /it is select/.test(message))
      await expect(file).rejects.toThrow(`pruneOnnxFile ${message}`);
    else await expect(file).rejects.toThrow();
  });

  it('in findWeights too, and both doors say which externalData they take', async () => {
    expect(() => findWeights(model, { select: { exlude: [] } } as never)).toThrow(
      'findWeights has no option "exlude" in select; did you mean "exclude"?',
    );
    await expect(pruneOnnx(model, { sparsity: 0.5, externalData: true as never })).rejects.toThrow(
      /got true; only pruneOnnxFile opens files by itself/,
    );
    await expect(
      pruneOnnxFile('m', { sparsity: 0.5, out: 'x', externalData: { a: new Uint8Array(1) } as never }),
    ).rejects.toThrow('pruneOnnxFile needs externalData to be true or false, got an object');
  });
});

describe('floor', () => {
  it('keeps a number of elements of every weight, or a fraction, whichever is more', async () => {
    const small = tensorFromFloat32('small', new Float32Array(64).fill(0.001), [8, 8]);
    const two = modelOf({
      inputs: { x: [1, 8] },
      outputs: { z: [1, 16] },
      tensors: [small, kernel('large', [8, 16])],
      nodes: [
        ['MatMul', ['x', 'small'], ['y']],
        ['MatMul', ['y', 'large'], ['z']],
      ],
    });
    const kept = async (floor: unknown) => {
      const { report } = await prune(two, { sparsity: 0.5, floor });
      return report.weights[0]!.elements - report.weights[0]!.zeros.after;
    };
    expect(await kept(0)).toBe(0);
    expect(await kept({ elements: 3 })).toBe(3);
    expect(await kept({ fraction: 0.125, elements: 3 })).toBe(8);
    expect(await kept(0.125)).toBe(8);
  });
});

describe('keepZeros', () => {
  // 96 of 128 are zero.
  const sparse = matMulModel(
    tensorFromFloat32(
      'w',
      Float32Array.from({ length: 128 }, (_, i) => (i % 4 === 0 ? i + 1 : 0)),
      [8, 16],
    ),
  );

  it('counts what is zero as dropped, also under a random order', async () => {
    const { report, values } = await prune(sparse, {
      sparsity: 0.875,
      score: randomScore({ seed: 1 }),
      keepZeros: true,
    });
    expect(report.total.zeros).toEqual({ before: 96, after: 112 });
    expect(values.filter((each) => each === 0)).toHaveLength(112);
    const without = await prune(sparse, { sparsity: 0.875, score: randomScore({ seed: 1 }) });
    expect(without.report.total.zeros.after).toBeGreaterThan(112);
  });

  it('changes nothing where more is zero than is asked for', async () => {
    const { report } = await prune(sparse, {
      sparsity: 0.5,
      score: randomScore({ seed: 1 }),
      keepZeros: true,
    });
    expect(report.total.zeros).toEqual({ before: 96, after: 96 });
  });
});
