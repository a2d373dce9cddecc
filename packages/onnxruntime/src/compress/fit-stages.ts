import type { Notice } from '@synaprune/core';
import { type OnnxWeight, tensorToFloat32 } from '@synaprune/onnx';
import type { ScaleLayout } from '@synaprune/onnx/graph';
import type { CompressedLayer } from '@synaprune/refit';
import type { Capture } from '../capture/capture.js';
import type { Unfit } from '../capture/layers/layer.js';
import type { PartRunner } from '../capture/run-part.js';
import { openDenseOutputs } from './dense-outputs.js';
import { type FitOptions, fitWeight } from './fit-weight.js';
import { inputsOf, type LayerPair, shifted } from './layer-values.js';
import type { CompressProgress } from './options.js';

/** A weight, and its layers beside those of the dense model; or why it stays as it is. */
export interface PairedWeight {
  readonly weight: OnnxWeight;
  readonly pairs: readonly LayerPair[] | Unfit;
}

/** A weight whose layers are all seen in one stage. */
export interface StagedWeight extends PairedWeight {
  readonly pairs: readonly LayerPair[];
}

/** Weights in the order that they are fitted in; of the others why they stay as they are, by name. */
export interface Staged {
  readonly stages: readonly (readonly StagedWeight[])[];
  readonly left: ReadonlyMap<string, string>;
}

/** Sorts weights into the stages after which what they read is there, in both models. */
export function stageWeights(paired: readonly PairedWeight[], dense: Capture, own: Capture): Staged {
  const left = new Map<string, string>();
  const stages = Array.from({ length: Math.min(dense.stages, own.stages) }, (): StagedWeight[] => []);
  for (const { weight, pairs } of paired) {
    if ('why' in pairs) {
      left.set(weight.name, pairs.why);
      continue;
    }
    const at = pairs.flatMap((pair) => [own.stageOf(pair.layer.node), dense.stageOf(pair.dense.node)]);
    const [stage, ...others] = new Set(at);
    if (stage === undefined) left.set(weight.name, 'no input of the model reaches it');
    else if (others.length > 0) left.set(weight.name, 'layers that come one after the other share it');
    else stages[stage]!.push({ weight, pairs });
  }
  return { stages, left };
}

/** What is fitted, and how. */
export interface FitWork extends Staged, Pick<FitOptions, 'refit' | 'damping' | 'signal'> {
  readonly dense: Capture;
  /** Of the model that is fitted, as fitted so far. */
  readonly own: Capture;
  readonly runner: PartRunner;
  /** What is special to a weight. */
  readonly optionsOf: (staged: StagedWeight) => Pick<FitOptions, 'choose' | 'standsFor'>;
  /** How the elements of weights share scales, by name, where the result is kept in 8 bits. */
  readonly layouts?: ReadonlyMap<string, ScaleLayout> | undefined;
  readonly onProgress?: ((progress: CompressProgress) => void) | undefined;
}

/** What was fitted. */
export interface FittedStages {
  /** New elements, by the names of tensors. */
  readonly replaced: ReadonlyMap<string, Float32Array>;
  /** What a step of a code stands for, by the names of weights that were rounded. */
  readonly scales: Readonly<Record<string, Float32Array>>;
  /** Weights that were fitted, by name. */
  readonly errors: ReadonlyMap<string, CompressedLayer['error']>;
  /** Why others stay as they are, by name. */
  readonly left: ReadonlyMap<string, string>;
  readonly notices: readonly Notice[];
}

/** Fits weight by weight, stage by stage: each on what it is fed once those before it are fitted. */
export async function fitStages(work: FitWork): Promise<FittedStages> {
  const { dense, own, runner, stages, optionsOf, refit, damping, signal, onProgress } = work;
  const scales: Record<string, Float32Array> = {};
  const replaced = new Map<string, Float32Array>();
  const errors = new Map<string, CompressedLayer['error']>();
  const left = new Map(work.left);
  const notices: Notice[] = [];
  const valuesOf = (tensor: string) =>
    replaced.get(tensor) ?? tensorToFloat32(own.graph.tensors.get(tensor)!);
  const total = stages.flat().length;
  const outputs = await openDenseOutputs(runner.ort, runner.executionProviders);
  try {
    for (const here of stages) {
      await dense.next();
      await own.next(replaced);
      for (const staged of here) {
        const { weight, pairs } = staged;
        const { layer, dense: denseLayer } = pairs[0]!;
        const uses = [];
        for (const pair of pairs) uses.push({ ...pair, inputs: await inputsOf(pair, dense, own, replaced) });
        const fitted = await fitWeight({
          name: weight.name,
          uses,
          denseWeight: tensorToFloat32(dense.graph.tensors.get(denseLayer.tensor)!),
          weight: valuesOf(layer.tensor),
          ...optionsOf(staged),
          refit,
          layout: work.layouts?.get(weight.name),
          damping,
          outputs,
          signal,
        });
        if ('why' in fitted) {
          left.set(weight.name, fitted.why);
          continue;
        }
        replaced.set(layer.tensor, fitted.weight);
        if (fitted.scales !== undefined) scales[weight.name] = fitted.scales;
        const { bias } = layer;
        if (bias !== undefined && fitted.shifts !== undefined) {
          replaced.set(bias.tensor, shifted(valuesOf(bias.tensor), layer, fitted.shifts));
        }
        errors.set(weight.name, fitted.error);
        notices.push(...fitted.notices);
        onProgress?.({ stage: 'layers', done: errors.size, total, layer: weight.name });
      }
    }
  } finally {
    await outputs.release();
  }
  return { replaced, scales, errors, left, notices };
}
