import {
  type ChannelOptions,
  type ListedGroups,
  lengthsOf,
  listGroups,
  makeReport,
  planCut,
  requireChannelOptions,
  requireShrinkOptions,
  type ShrinkOptions,
  type ShrinkReport,
} from '@synaprune/axes';
import type { Notice } from '@synaprune/core';
import type { TfjsArtifacts } from '../artifacts/artifacts.js';
import { analyseTfjs } from './analyse-tfjs.js';
import { assemble, cutWeights, sizeBytes } from './cut-weights.js';
import { writeConstantShapes } from './graph/constant-shapes.js';

/** A model and what became of it. */
export interface ShrunkTfjs<Artifacts extends TfjsArtifacts = TfjsArtifacts> {
  /** The smaller model: new `modelTopology`, `weightSpecs` and `weightData`; everything else is the given model's. */
  readonly artifacts: Artifacts;
  readonly report: ShrinkReport;
}

/**
 * A smaller layers or graph model with the same inputs, outputs and names: channels and hidden units are removed, with
 * everything that belongs to them, from the weights and from what layers and nodes are told. It runs faster wherever the
 * model ran, and is that model with zeros in place of what was removed. Quantised weights keep their codes.
 *
 * What belongs together is found by following every axis of every value, not by knowing architectures. Channels that
 * reach an input or an output, or a layer or operator that fixes them, stay; the report names what holds them. Nothing
 * is executed, and what was given does not change. Saved states of optimizers, which would no longer fit, are left out.
 *
 * @param artifacts as `tf.io` passes them around
 * @throws TypeError | RangeError when an argument is wrong, or an option unknown
 * @throws PruneError `bad-model`; `external-data` when the weights are missing; `held-channels` when what was named has
 *   to stay; `unmatched-selector` when a name or pattern picks nothing; `unreachable-target`
 *
 * @example
 * ```ts
 * import { shrinkTfjs } from '@synaprune/tfjs-files';
 *
 * const dense = (name: string, units: number) => ({ class_name: 'Dense', config: { name, units } });
 * const model = {
 *   modelTopology: {
 *     class_name: 'Sequential',
 *     config: {
 *       layers: [
 *         { class_name: 'InputLayer', config: { name: 'x', batch_input_shape: [null, 2] } },
 *         dense('first', 4),
 *         dense('second', 1),
 *       ],
 *     },
 *   },
 *   weightSpecs: [
 *     { name: 'first/kernel', shape: [2, 4], dtype: 'float32' },
 *     { name: 'second/kernel', shape: [4, 1], dtype: 'float32' },
 *   ],
 *   weightData: Float32Array.of(1, 2, 3, 4, 1, 2, 3, 4, 1, 1, 1, 1).buffer,
 * };
 * const { artifacts, report } = shrinkTfjs(model, { keep: 0.5 });
 * console.log(report.groups.map(({ name, kept }) => `${name}: ${kept}`)); // [ 'first/kernel[1]: 2,3' ]
 * console.log(artifacts.weightSpecs?.map(({ shape }) => shape)); // [ [ 2, 2 ], [ 2, 1 ] ]
 * ```
 */
export function shrinkTfjs<Artifacts extends TfjsArtifacts>(
  artifacts: Artifacts,
  options: ShrinkOptions,
): ShrunkTfjs<Artifacts> {
  return shrinkArtifacts('shrinkTfjs', artifacts, options);
}

/**
 * {@link shrinkTfjs} under another name, for functions that stand on it.
 *
 * @param caller what errors say that was called
 * @throws as `shrinkTfjs`
 */
export function shrinkArtifacts<Artifacts extends TfjsArtifacts>(
  caller: string,
  artifacts: Artifacts,
  options: ShrinkOptions,
): ShrunkTfjs<Artifacts> {
  requireShrinkOptions(caller, options);
  const { dimensions, target } = options;
  const analysis = analyseTfjs(caller, artifacts, options);
  const { opened, followed, graph } = analysis;
  const before = sizeBytes(artifacts, opened.bytes.length);
  const plan = planCut(caller, analysis, options, before);
  const report = makeReport(analysis, plan, {
    sizeBytes: before,
    ...(dimensions === undefined ? {} : { dimensions }),
    ...(target === undefined ? {} : { target }),
  });
  const lengths = lengthsOf(analysis, plan.kept);
  const changes = cutWeights(followed, opened, lengths);
  const { added, changed } = followed.edit(lengths);
  for (const [name, change] of changed) changes.set(name, change);
  const gone = opened.weights.filter(({ group }) => group === 'optimizer');
  const left = new Map([...changes, ...gone.map(({ name }) => [name, null] as const)]);
  if (graph !== undefined) writeConstantShapes(graph, changes);
  const made = assemble(artifacts, opened, { topology: followed.topology, changes: left, added });
  const bytes = weightBytesOf(made);
  const notices = [...report.notices, ...optimizerNotice(gone.length)];
  return {
    artifacts: made,
    report: { ...report, bytes: { before, after: sizeBytes(made, bytes) }, notices },
  };
}

function optimizerNotice(count: number): readonly Notice[] {
  if (count === 0) return [];
  const message = `the state of the optimizer, ${count} weights, fitted the larger model and is left out`;
  return [{ code: 'optimizer-left-out', message }];
}

function weightBytesOf({ weightData }: TfjsArtifacts): number {
  const buffers = Array.isArray(weightData)
    ? (weightData as readonly ArrayBuffer[])
    : [weightData as ArrayBuffer];
  return buffers.reduce((sum, buffer) => sum + (buffer?.byteLength ?? 0), 0);
}

/**
 * The channels of a model that {@link shrinkTfjs} could remove, by groups that stand side by side, and those that have to
 * stay, with what holds them. What was given does not change.
 *
 * @throws TypeError | RangeError when an argument is wrong, or an option unknown
 * @throws PruneError `bad-model`; `external-data` when the weights are missing
 *
 * @example
 * ```ts
 * import { tfjsChannelGroups } from '@synaprune/tfjs-files';
 *
 * const { groups, held } = tfjsChannelGroups({
 *   modelTopology: {
 *     class_name: 'Sequential',
 *     config: {
 *       layers: [
 *         { class_name: 'Dense', config: { name: 'first', units: 4, batch_input_shape: [null, 2] } },
 *         { class_name: 'Dense', config: { name: 'second', units: 3 } },
 *       ],
 *     },
 *   },
 *   weightSpecs: [
 *     { name: 'first/kernel', shape: [2, 4], dtype: 'float32' },
 *     { name: 'second/kernel', shape: [4, 3], dtype: 'float32' },
 *   ],
 *   weightData: new ArrayBuffer(80),
 * });
 * console.log(groups.map(({ members }) => members.map(({ tensor, side }) => `${tensor} ${side}`))); // [ [ 'first/kernel makes', 'second/kernel reads' ] ]
 * console.log(held.map(({ name }) => name)); // [ 'second/kernel[1]' ]
 * ```
 */
export function tfjsChannelGroups(artifacts: TfjsArtifacts, options: ChannelOptions = {}): ListedGroups {
  requireChannelOptions('tfjsChannelGroups', options);
  return listGroups(analyseTfjs('tfjsChannelGroups', artifacts, options));
}
