import { describe, expect, it } from 'vitest';
import { adviceOn } from './advice.js';
import type { Findings } from './findings.js';

const cost = { bytes: 1000, gzip: 900, brotli: 800, ms: 1 };

function findings(parts: Partial<Findings>): Findings {
  return {
    command: 'shrink',
    model: 'model.onnx',
    out: 'small.onnx',
    before: cost,
    after: cost,
    agreement: 1,
    sameSamples: 1,
    samples: 10,
    speedup: 2,
    outputs: [],
    removed: [],
    held: [],
    notices: [],
    runtime: null,
    ...parts,
  };
}

const texts = (parts: Partial<Findings>) => adviceOn(findings(parts)).map(({ text }) => text);

describe('advice', () => {
  it('is not given where the smaller model answers as before, and faster', () => {
    expect(texts({})).toEqual([]);
  });

  it('names a scan, training on and a larger keep where too little agrees, with command lines that name the files', () => {
    const advice = adviceOn(findings({ agreement: 0.8, model: "it's.onnx" }));
    expect(advice.map(({ line }) => line)).toEqual([
      String.raw`synaprune scan 'it'\''s.onnx' --unit weight --inputs … --out scan.json`,
      String.raw`synaprune finetune small.onnx --teacher 'it'\''s.onnx' --inputs … --out tuned.onnx`,
      undefined,
    ]);
    expect(advice[2]!.text).toBe('A larger --keep.');
  });

  it('asks for real inputs, and nothing else, where noise was all there was', () => {
    const notices = [{ code: 'noise-inputs', message: 'noise' }];
    expect(texts({ agreement: 0.2, notices })).toEqual([expect.stringMatching(/^Real inputs/)]);
  });

  it.each([
    [{ endedBy: 'seconds', steps: 9, pruned: false }, ['More --seconds.']],
    [{ endedBy: 'steps', steps: 9, pruned: false }, ['More --steps.']],
    [{ endedBy: 'steps', steps: 9, pruned: true }, ['More --steps.', 'A lower --sparsity.']],
    [
      { endedBy: 'usual steps', steps: 200, pruned: false },
      ['More steps than the usual 200, by --steps or --seconds.'],
    ],
    [
      { endedBy: 'no gain', steps: 90, pruned: false },
      ['More inputs, or others: nothing got better any more by these.'],
    ],
    [{ endedBy: 'setbacks', steps: 9, pruned: false }, ['A lower --learning-rate.']],
  ] as const)(
    'names what ended the training, %j, and a lower sparsity where one was told',
    (trained, told) => {
      expect(texts({ command: 'finetune', agreement: 0.8, trained })).toEqual(told);
    },
  );

  it('asks for more inputs where layers saw too few', () => {
    const notices = [{ code: 'few-samples', message: 'few' }];
    expect(texts({ agreement: 0.8, notices })[0]).toMatch(/^More inputs/);
  });

  it('names channels by eights where runs got no faster and groups keep other numbers', () => {
    const removed = [
      { name: 'odd', kind: 'channels', total: 24, removed: 7 },
      { name: 'even', kind: 'channels', total: 24, removed: 8 },
      { name: 'small', kind: 'channels', total: 8, removed: 3 },
    ] as const;
    expect(texts({ removed, speedup: 1.02 })).toEqual([expect.stringContaining('and 1 of 3 groups')]);
    expect(texts({ removed, speedup: 1.5 })).toEqual([]);
    expect(texts({ removed: removed.slice(1), speedup: 1.02 })).toEqual([]);
  });
});
