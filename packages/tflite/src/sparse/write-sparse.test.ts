import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Table } from '../format/decode.js';
import { encode } from '../format/encode.js';
import { lintTflite } from '../lint/lint-tflite.js';
import { openModel } from '../model/open-model.js';
import { pruneTflite } from '../pruning/prune-tflite.js';
import { buildRoot, buildTflite } from '../testing/build-tflite.js';
import { type NetOptions, randomNet } from '../testing/random-net.js';
import { densify, runTflite } from '../testing/run-tflite.js';
import { normals, normalTensor } from '../testing/small-models.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const uniform = { sparsity: 0.8, distribution: 'uniform' } as const;
const SAME: NetOptions = { height: 33, width: 33, seed: 1, padding: 'same', end: 'mean' };

/** The model pruned, its filters dense and sparse, and what the two answer. */
async function bothWays(net: NetOptions) {
  const others = { exclude: [/^first\//, /^each/] };
  const dense = await pruneTflite(buildTflite(randomNet(net)), { ...uniform, select: others });
  const sparse = await pruneTflite(buildTflite(randomNet(net)), { ...uniform, sparse: true });
  const image = normals(net.height * net.width * 3, 5);
  const [wanted, got] = [dense, sparse].map(({ model }) => runTflite(model, image));
  return {
    dense: dense.model,
    sparse: sparse.model,
    notices: sparse.report.notices,
    wanted: wanted!,
    got: got!,
  };
}

function expectClose(got: readonly Float32Array[], wanted: readonly Float32Array[]): void {
  expect(got.map(({ length }) => length)).toEqual(wanted.map(({ length }) => length));
  for (const [i, values] of wanted.entries()) {
    const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    for (const [k, value] of values.entries())
      expect(Math.abs(got[i]![k]! - value)).toBeLessThan(1e-5 * largest);
  }
}

const opsOf = (bytes: Uint8Array) => openModel('test', bytes).graphs[0]!.operators.map(({ op }) => op);

describe('a model whose filters are stored sparse', () => {
  it('holds the values that are left and where they stand, behind DENSIFY', async () => {
    const { dense, sparse } = await bothWays(SAME);
    const before = openModel('test', dense).graphs[0]!;
    const after = openModel('test', sparse).graphs[0]!;
    const stored = after.operators.filter(({ op }) => op === 'DENSIFY');
    const names = stored.map(({ outputs }) => after.tensors[outputs[0]!]!.name);
    expect(names).toContain('point 0/w');
    expect(names).toContain('point 2/w');
    expect(names).not.toContain('first/w');
    for (const { inputs, outputs } of stored) {
      const given = after.tensors[outputs[0]!]!;
      const was = before.tensors[outputs[0]!]!;
      expect(given.data).toBeUndefined();
      expect(given.name).toBe(was.name);
      const values = densify(after.tensors[inputs[0]!]!);
      expect(values).toEqual(new Float32Array(Uint8Array.from(was.data!).buffer));
    }
  });

  it('has what cannot be stored sparse as it was, unless select.include picks it, and the report says why', async () => {
    const net = buildTflite(randomNet(SAME));
    const { report } = await pruneTflite(net, { sparsity: 0.8, sparse: true });
    expect(report.notices).toEqual([]);
    expect(report.weights.map(({ name }) => name).filter((name) => /^(first|each)/.test(name))).toEqual([]);
    const reasons = Object.fromEntries(report.leftAlone.map(({ name, reason }) => [name, reason]));
    expect(reasons).toMatchObject({
      'first/w': 'with sparse: true left alone: 3×3 filters are not stored sparse: 1×1 ones are',
      'each 0/w': 'with sparse: true left alone: filters of DEPTHWISE_CONV_2D are not stored sparse',
    });
    const include = [/^each 0/, /^point/];
    const picked = await pruneTflite(net, { ...uniform, sparse: true, select: { include } });
    expect(picked.report.weights.map(({ name }) => name)).toContain('each 0/w');
    const dense = await pruneTflite(net, uniform);
    expect(dense.report.weights.map(({ name }) => name)).toContain('each 0/w');
  });

  it('is none where nothing of it can be stored sparse', async () => {
    const bytes = buildTflite({
      inputs: ['x'],
      outputs: ['y'],
      tensors: { x: { shape: [1, 9, 9, 3] }, w: normalTensor([8, 3, 3, 3], 1), y: { shape: [1, 7, 7, 8] } },
      operators: [
        ['CONV_2D', ['x', 'w', ''], ['y'], 'Conv2DOptions', { padding: 1, strideW: 1, strideH: 1 }],
      ],
    });
    await expect(pruneTflite(bytes, { sparsity: 0.5, sparse: true })).rejects.toMatchObject({
      code: 'no-weights',
      message: expect.stringContaining(
        '"w" (with sparse: true left alone: 3×3 filters are not stored sparse',
      ),
    });
  });

  it('is shorter, by the zeros', async () => {
    const layer = buildTflite({
      inputs: ['x'],
      outputs: ['y'],
      tensors: { x: { shape: [1, 256] }, w: normalTensor([300, 256], 4), y: { shape: [1, 300] } },
      operators: [['FULLY_CONNECTED', ['x', 'w', ''], ['y'], 'FullyConnectedOptions', {}]],
    });
    const { model, report } = await pruneTflite(layer, { sparsity: 0.9, sparse: true });
    // Four bytes a value that is left, one for its column, two for where each row begins.
    const filter = 7680 * 4 + 7680 + 301 * 2;
    expect(report.sizeBytes).toEqual({ before: layer.length, after: model.length });
    expect(model.length).toBeGreaterThan(filter);
    expect(model.length).toBeLessThan(filter + 1000);
  });

  it('begins as a .tflite does, and has its data at multiples of 16', async () => {
    const { sparse } = await bothWays(SAME);
    expect(String.fromCharCode(...sparse.subarray(4, 8))).toBe('TFL3');
    for (const { data } of openModel('test', sparse).graphs[0]!.tensors) {
      if (data !== undefined) expect((data.byteOffset - sparse.byteOffset) % 16).toBe(0);
    }
  });

  it.each([
    ['odd edges, padded as SAME', SAME],
    ['even edges, padded as SAME', { ...SAME, height: 32, width: 32 }],
    ['an even and an odd edge', { ...SAME, height: 32, width: 45 }],
    ['edges that become even', { ...SAME, height: 27, width: 38 }],
    ['zeros written out', { ...SAME, padding: 'pad' }],
    ['a pool at its end', { ...SAME, end: 'pool', height: 48, width: 48 }],
    ['axes that its mean keeps', { ...SAME, end: 'mean, kept' }],
    ['float16', { ...SAME, type: 'float16', height: 40, width: 40 }],
  ] as const)('with %s answers as the dense one, and runs sparse', async (_, net) => {
    for (let seed = 1; seed < 6; seed += 1) {
      const { sparse, wanted, got, notices } = await bothWays({ ...net, seed });
      expect(notices).toEqual([]);
      expectClose(got, wanted);
      const { layers, wrong } = lintTflite(sparse);
      expect(wrong).toBeUndefined();
      const points = layers.filter(({ op, shape }) => op === 'CONV_2D' && shape[1] === 1);
      expect(points.map(({ runs }) => runs)).toEqual(points.map(() => 'sparse'));
    }
  });

  it('that cannot run sparse keeps its layers as they are, and the report says so', async () => {
    const { sparse, wanted, got, notices } = await bothWays({ ...SAME, end: 'none' });
    expect(notices.map(({ code }) => code)).toEqual(['runs-dense']);
    expectClose(got, wanted);
    expect(opsOf(sparse)).not.toContain('PAD');
    expect(opsOf(sparse)).toContain('DENSIFY');
  });

  it('in which XNNPACK would answer wrongly is not stored sparse, and the report says so', async () => {
    const { dense, sparse, notices } = await bothWays({ ...SAME, leaves: true });
    expect(sparse).toEqual(dense);
    expect(notices).toMatchObject([
      { code: 'sparse-declined', message: expect.stringContaining('"leaves"') },
    ]);
  });

  it('keeps what else the file holds: metadata, signatures, subgraphs, operators of its own', async () => {
    const own = {
      name: 'own',
      inputs: ['x'],
      outputs: ['y'],
      tensors: { x: { shape: [1, 4] }, w: normalTensor([8, 8], 3), y: { shape: [1, 4] } },
      operators: [['CUSTOM', ['x', 'w'], ['y']]],
    } as const;
    const main = randomNet(SAME);
    const root = buildRoot([main, own]);
    const names = Object.keys(main.tensors);
    const buffers = [...(root.buffers as object[]), { data: Uint8Array.of(1, 2, 3) }];
    const more = {
      ...root,
      buffers,
      operatorCodes: (root.operatorCodes as { code: number }[]).map((code) =>
        code.code === 32 ? { ...code, customCode: 'mine', version: 7 } : code,
      ),
      metadata: [{ name: 'made by', buffer: buffers.length - 1 }],
      signatures: [
        {
          signatureKey: 'serve',
          inputs: [{ name: 'image', tensorIndex: names.indexOf('x') }],
          outputs: [{ name: 'answer', tensorIndex: names.indexOf('y') }],
          subgraphIndex: 0,
        },
      ],
    };
    const { model } = await pruneTflite(encode(more as unknown as Table), { ...uniform, sparse: true });
    const after = openModel('test', model);
    const { root: written } = after;
    expect(written.signatures).toEqual(more.signatures);
    expect(written.description).toBe('built for a test');
    const [{ buffer }] = written.metadata as [{ buffer: number }];
    expect((written.buffers as { data?: Uint8Array }[])[buffer]?.data).toEqual(Uint8Array.of(1, 2, 3));
    const [, second] = after.graphs;
    expect(second!.operators.map(({ op, version }) => [op, version])).toEqual([['CUSTOM mine', 7]]);
    expect(second!.tensors[1]!.data).toEqual(new Uint8Array((own.tensors.w.data as Float32Array).buffer));
  });
});

describe('what cannot be written anew is refused by name', () => {
  const refusalOf = async (bytes: Uint8Array) =>
    await pruneTflite(bytes, { ...uniform, sparse: true }).then(
      () => 'nothing',
      (error: Error & { code?: string }) => `${error.code}: ${error.message}`,
    );

  it('files packed behind it', async () => {
    const dense = buildTflite(randomNet(SAME));
    expect(await refusalOf(Uint8Array.from([...dense, 80, 75, 3, 4]))).toMatch(
      /^unsupported.* 4 bytes behind it/,
    );
    const { model } = await pruneTflite(Uint8Array.from([...dense, 80, 75, 3, 4]), uniform);
    expect([...model.subarray(-4)]).toEqual([80, 75, 3, 4]);
  });

  it('options of a kind that is not known', async () => {
    const dense = buildTflite(randomNet(SAME));
    const view = new DataView(dense.buffer);
    const [graph] = openModel('test', dense).graphs;
    const kind = graph!.operators.at(-1)!.table.optionsType as number;
    // The one byte that says what the options of FULLY_CONNECTED are.
    const places = Array.from(dense, (_, i) => i).filter((i) => view.getUint8(i) === kind);
    const refusals = await Promise.all(
      places.map(async (place) => {
        const changed = Uint8Array.from(dense);
        changed[place] = 200;
        return await refusalOf(changed);
      }),
    );
    expect(refusals.filter((each) => /unsupported.*Operator.options of kind 200/.test(each))).toHaveLength(1);
  });

  it('data beyond 2 GiB and in other files', async () => {
    const root = buildRoot(randomNet(SAME));
    const size = encode(root).length;
    const far = { ...root, buffers: [...(root.buffers as object[]), { offset: BigInt(size), size: 4n }] };
    expect(await refusalOf(encode(far as unknown as Table))).toMatch(/^unsupported.*beyond 2 GiB/);
    const elsewhere = { ...root, externalBuffers: [{ id: 1, length: 4n }] };
    expect(await refusalOf(encode(elsewhere))).toMatch(/^unsupported.*other files/);
  });
});

it('sparse has to be a boolean', async () => {
  await expect(pruneTflite(buildTflite(randomNet(SAME)), { ...uniform, sparse: 1 as never })).rejects.toThrow(
    TypeError,
  );
});
