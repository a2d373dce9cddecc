import { PruneError } from '@synaprune/core';
import { decodeModel, encodeModel, replaceWeights } from '@synaprune/onnx';
import { buildModel } from '@synaprune/onnx/graph';
import { describe, expect, it } from 'vitest';
import { randomTensor, type TestModel } from '../testing/models.js';
import { readAdapterFile, writeAdapterFile } from './adapter-file.js';
import { addAdapters } from './add-adapters.js';
import { mergeAdapters } from './merge-adapters.js';
import type { AdapterOptions } from './options.js';

/** A layer of its own, one kernel that two nodes read, a thin head, an embedding, one in float64, one without a use. */
const parts: TestModel = {
  inputs: { i: { shape: [3], type: 'int64' } },
  tensors: {
    table: randomTensor([10, 16], 1),
    own: randomTensor([16, 16], 2),
    both: randomTensor([16, 16], 3),
    bias: randomTensor([16], 4),
    double: { ...randomTensor([16, 16], 6), type: 'float64' },
    head: randomTensor([16, 4], 5),
  },
  nodes: [
    ['Gather', ['table', 'i'], ['e']],
    ['MatMul', ['e', 'own'], ['h0']],
    ['Add', ['h0', 'bias'], ['h1']],
    ['MatMul', ['h1', 'both'], ['h2']],
    ['MatMul', ['h2', 'both'], ['h3']],
    ['Cast', ['h3'], ['h4'], { to: 11 }],
    ['MatMul', ['h4', 'double'], ['h5']],
    ['Cast', ['h5'], ['h6'], { to: 1 }],
    ['MatMul', ['h6', 'head'], ['y']],
  ],
  outputs: ['y'],
};
const model = buildModel(parts);

function refusalOf(act: () => unknown): [string, string] {
  try {
    act();
  } catch (error) {
    return [error instanceof PruneError ? error.code : (error as Error).name, (error as Error).message];
  }
  return ['nothing', ''];
}

const add = (options: object) => refusalOf(() => addAdapters(model, options as AdapterOptions));
const adapted = addAdapters(model, { select: 'own', rank: 2 });
const factors = new Map([
  ['own.lora_A', new Float32Array(32).fill(0.5)],
  ['own.lora_B', new Float32Array(32).fill(0.25)],
]);
const file = adapted.save(factors);

describe('what cannot have an adapter is refused, with the reason', () => {
  for (const [select, why] of [
    ['both', '"both" cannot have an adapter: it is shared: "graph/matmul3", "graph/matmul4" read it'],
    [
      'head',
      '"head" cannot have an adapter: as a matrix it is 16 × 4, and a rank of 8 is above its smaller side; a rank of at most 4',
    ],
    ['bias', '"bias" cannot have an adapter: it is no kernel, but bias of Add'],
    ['double', '"double" cannot have an adapter: it is of type float64'],
  ] as const) {
    it(select, () => {
      const [code, message] = add({ select });
      expect([code, message.slice(0, why.length)]).toEqual(['unsupported', why]);
    });
  }

  it('by a pattern too; what nothing picks, and what exclude leaves', () => {
    expect(add({ select: /o/ })[0]).toBe('unsupported');
    expect(add({ select: 'ow' })).toEqual([
      'unmatched-selector',
      expect.stringContaining('there are "table", "own"'),
    ]);
    expect(add({ select: { include: 'own', exclude: 'own' } })[0]).toBe('no-weights');
    expect(add({ select: { exclude: 'own' } })).toEqual([
      'no-weights',
      expect.stringContaining('"both" (it is shared'),
    ]);
  });

  it('and left out of the usual choice with a notice', () => {
    const { adapters, notices } = addAdapters(model);
    expect(adapters.map(({ weight }) => weight)).toEqual(['own']);
    expect(notices.map(({ code, weights }) => [code, weights])).toEqual([
      ['without-adapter', ['both', 'double', 'head']],
    ]);
    expect(addAdapters(model, { select: { include: /o/, exclude: ['both', 'double'] } }).notices).toEqual([]);
  });
});

it('takes an embedding where it is named, and not by a pattern or by itself', () => {
  const weights = (select: AdapterOptions['select']) =>
    addAdapters(model, { rank: 2, ...(select === undefined ? {} : { select }) }).adapters.map(
      ({ weight, runs }) => `${weight} ${runs}`,
    );
  expect(weights('table')).toEqual(['table beside']);
  expect(weights(['table', 'own'])).toEqual(['table beside', 'own beside']);
  expect(weights({ include: ['table', /^own/] })).toEqual(['table beside', 'own beside']);
  expect(weights(undefined)).toEqual(['own', 'head'].map((name) => `${name} beside`));
  expect(add({ select: 'table', rank: 11 })).toEqual([
    'unsupported',
    expect.stringContaining('as a matrix it is 10 × 16, and a rank of 11 is above its smaller side'),
  ]);
});

it('refuses options that are unknown or out of range, before anything else', () => {
  for (const [options, name, words] of [
    [{ r: 4 }, 'TypeError', 'it is rank'],
    [{ rank: 0 }, 'RangeError', 'at least 1'],
    [{ rank: 1.5 }, 'RangeError', 'whole number'],
    [{ alpha: 0 }, 'RangeError', 'alpha above 0, got 0'],
    [{ alpha: Number.NaN }, 'RangeError', 'finite `alpha`'],
    [{ alpha: 1e40 }, 'RangeError', 'to be a float32 above 0'],
    [{ seed: 0.5 }, 'RangeError', 'seed'],
    [{ keepZeros: 1 }, 'TypeError', 'true or false'],
    [{ select: 3 }, 'TypeError', 'select'],
    [{ adapters: 'file' }, 'TypeError', 'bytes, a Uint8Array'],
    [{ adapters: file, rank: 2 }, 'TypeError', 'rank or adapters, not both'],
  ] as const) {
    expect(add(options), JSON.stringify(options)).toEqual([name, expect.stringContaining(words)]);
  }
  expect(refusalOf(() => addAdapters('m' as never))[0]).toBe('TypeError');
  expect(refusalOf(() => mergeAdapters(model, file, { r: 1 } as never))[0]).toBe('TypeError');
  expect(refusalOf(() => addAdapters(adapted.training.model, { select: 'own' }))).toEqual([
    'unsupported',
    expect.stringContaining('has an adapter already: there is "own.lora_A"'),
  ]);
  expect(refusalOf(() => addAdapters(buildModel({ ...parts, opset: 8 })))).toEqual([
    'unsupported',
    expect.stringContaining('of version 8'),
  ]);
});

it('refuses adapters of another model by name, and changes neither', () => {
  const other = buildModel({ ...parts, tensors: { ...parts.tensors, own: randomTensor([16, 16], 9) } });
  const larger = buildModel({ ...parts, tensors: { ...parts.tensors, own: randomTensor([16, 32], 2) } });
  const without = buildModel({
    ...parts,
    tensors: Object.fromEntries(Object.entries(parts.tensors!).filter(([name]) => name !== 'own')),
    nodes: parts.nodes.map(([op, inputs, outputs]) =>
      inputs.includes('own') ? ['Identity', ['e'], outputs] : [op, inputs, outputs],
    ),
  });
  const before = Uint8Array.from(other);
  for (const [bytes, words] of [
    [other, '"own" has other values here'],
    [larger, 'of [16, 16], and here it is of [16, 32]'],
    [without, 'the model has no such tensor'],
  ] as const) {
    for (const act of [() => mergeAdapters(bytes, file), () => addAdapters(bytes, { adapters: file })]) {
      expect(refusalOf(act)).toEqual(['adapter-mismatch', expect.stringContaining(words)]);
    }
  }
  expect(other).toEqual(before);
});

it('refuses a file that is damaged, of a later release, or none', () => {
  const changed = (change: (message: ReturnType<typeof decodeModel>) => void) => {
    const message = decodeModel(file);
    change(message);
    return encodeModel(message);
  };
  const meta = (text: string) =>
    changed((message) => {
      message.metadataProps[0]!.value = text;
    });
  const text = decodeModel(file).metadataProps[0]!.value;
  for (const [bytes, code, words] of [
    [model, 'bad-model', 'without adapters'],
    [file.subarray(0, file.length - 9), 'bad-model', ''],
    [meta('{'), 'bad-model', 'does not say'],
    [meta(text.replace('"rank":2', '"rank":-2')), 'bad-model', 'does not say'],
    [meta(text.replace('"version":1', '"version":2')), 'state-version', 'version 2'],
    [meta(text.replace('"rank":2', '"rank":3')), 'bad-model', 'does not fit its checksum'],
    [changed(({ graph }) => void graph!.initializer.pop()), 'bad-model', '"own.lora_B" is missing'],
  ] as const) {
    expect(refusalOf(() => mergeAdapters(model, bytes))).toEqual([code, expect.stringContaining(words)]);
  }
});

it('reads no file of which any bit is another, unless the bit is of no account', () => {
  const said = (bytes: Uint8Array) =>
    JSON.stringify(readAdapterFile('test', bytes), (_, value) => (value instanceof Map ? [...value] : value));
  const plain = said(file);
  let refused = 0;
  for (let bit = 0; bit < file.length * 8; bit += 1) {
    const flipped = Uint8Array.from(file);
    flipped[bit >> 3]! ^= 1 << (bit & 7);
    try {
      if (said(flipped) !== plain) expect.fail(`bit ${bit} is not noticed`);
    } catch (error) {
      if (!(error instanceof PruneError)) throw error;
      refused += 1;
    }
  }
  // All bits of the 64 factors are of account.
  expect(refused).toBeGreaterThan(64 * 32);
  // Two signs at once, which must not cancel.
  const message = decodeModel(file);
  const raw = message.graph!.initializer[0]!.rawData;
  for (const at of [3, 11]) raw[at]! ^= 0x80;
  expect(refusalOf(() => addAdapters(model, { adapters: encodeModel(message) }))).toEqual([
    'bad-model',
    expect.stringContaining('checksum'),
  ]);
});

it('neither saves nor takes factors that are NaN or infinite', () => {
  for (const bad of [Number.NaN, Number.POSITIVE_INFINITY]) {
    const b = new Float32Array(32).fill(0.25);
    b[5] = bad;
    const act = () => adapted.save(new Map([...factors, ['own.lora_B', b]]));
    expect(refusalOf(act)).toEqual([
      'RangeError',
      expect.stringContaining(`value 5 of "own.lora_B" is ${bad}`),
    ]);
    // A file that another program wrote, with the right checksum.
    const saved = readAdapterFile('test', file);
    const shape = saved.tensors.get('own.lora_B')!.shape;
    const changed = writeAdapterFile({
      ...saved,
      tensors: new Map([...saved.tensors, ['own.lora_B', { shape, values: b }]]),
    });
    for (const take of [
      () => mergeAdapters(model, changed),
      () => addAdapters(model, { adapters: changed }),
    ]) {
      expect(refusalOf(take)).toEqual([
        'bad-model',
        expect.stringContaining(`value 5 of "own.lora_B" is ${bad}`),
      ]);
    }
  }
});

it('refuses to merge what a scale takes beyond float32', () => {
  const large = addAdapters(model, { select: 'own', rank: 4, alpha: 3e38 });
  const file = large.save(
    new Map([
      ['own.lora_A', new Float32Array(64).fill(100)],
      ['own.lora_B', new Float32Array(64).fill(100)],
    ]),
  );
  expect(refusalOf(() => mergeAdapters(model, file))).toEqual([
    'RangeError',
    expect.stringMatching(/^mergeAdapters: value 0 of "own" would be Infinity: .*smaller alpha/),
  ]);
});

it('saves a Map of Float32Arrays and nothing else', () => {
  for (const values of [undefined, {}, [], Object.fromEntries(factors)]) {
    expect(refusalOf(() => adapted.save(values as never))).toEqual([
      'TypeError',
      expect.stringContaining('save needs values, a Map of names to Float32Array'),
    ]);
  }
  const list = new Map<string, unknown>([...factors, ['own.lora_A', Array(32).fill(1)]]);
  expect(refusalOf(() => adapted.save(list as never))).toEqual([
    'TypeError',
    expect.stringContaining('a Float32Array for "own.lora_A"'),
  ]);
});

it('saves what else was trained, whole, and refuses what is no tensor of the model', () => {
  const whole = adapted.save(new Map([...factors, ['bias', new Float32Array(16).fill(3)]]));
  const merged = mergeAdapters(model, whole);
  const plain = mergeAdapters(model, file);
  expect(merged).toEqual(replaceWeights(plain, new Map([['bias', new Float32Array(16).fill(3)]])));
  for (const [values, words] of [
    [new Map(), 'own.lora_A'],
    [new Map([...factors, ['nothing', new Float32Array(1)]]), 'no tensor of the model'],
    [new Map([...factors, ['bias', new Float32Array(1)]]), 'needs 16 numbers'],
    [new Map([...factors, ['own', new Float32Array(256)]]), 'beside its adapter'],
  ] as const) {
    expect(refusalOf(() => adapted.save(values))).toEqual(['RangeError', expect.stringContaining(words)]);
  }
});
