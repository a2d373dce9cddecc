import { type NamedMask, type Notice, readRecipe } from '@synaprune/core';
import { loadModel, type ModelPruning, pruneModel, saveModel, type TfjsBackend } from '@synaprune/tfjs';
import * as tf from '@tensorflow/tfjs';
import type { Task, TaskData } from '../tasks/task';
import { createBatches } from './batches';
import { followTarget, recipeOf } from './recipe';

/** What decides a run, apart from its target, which may move. */
export interface RunSettings {
  readonly steps: number;
  readonly batch: number;
  readonly seed: number;
}

/** What a step did. */
export interface StepResult {
  readonly loss: number;
  /** Set when the masks were brought up to date before the step. */
  readonly sparsity: number | null;
  /** What that brought about that was not asked for. */
  readonly notices: readonly Notice[];
}

/** A model, its pruning and its place in the data. */
export interface Run {
  readonly model: tf.LayersModel;
  /** Steps taken. */
  position(): number;
  step(): Promise<StepResult>;
  /** Brings the masks to what the schedule asks after the last step. */
  finish(): Promise<Pick<StepResult, 'notices'> & { readonly sparsity: number }>;
  /** Tests the model, or another of the same task. */
  evaluate(other?: tf.LayersModel): Promise<number>;
  /** The masks, packed. */
  masks(): Promise<readonly NamedMask[]>;
  /** Everything that {@link openRun} needs to go on exactly; without the optimizer, what a user takes away. */
  save(options: { readonly optimizer: boolean }): Promise<tf.io.ModelArtifacts>;
  dispose(): void;
}

/** What a run is made of. */
export interface RunParts {
  readonly task: Task;
  readonly data: TaskData;
  readonly settings: RunSettings;
  readonly backend: TfjsBackend;
  /** The sparsity to end at; asked before every update. */
  readonly target: () => number;
  /** Saved by {@link Run.save} with its optimizer, to go on from; else a new model. */
  readonly saved?: tf.io.ModelArtifacts;
}

/** Begins a run, or goes on with a saved one: bit for bit as if it had never stopped, on the same backend. */
export async function openRun({ task, data, settings, backend, target, saved }: RunParts): Promise<Run> {
  const recipe = recipeOf(settings.steps, target());
  const batches = createBatches(data.examples, settings.batch, settings.seed);
  const loaded = saved === undefined ? null : await loadModel(tf.io.fromMemory(saved));
  const model = loaded?.model ?? task.makeModel(settings.seed);
  const pruning = pruneModel(model, {
    ...readRecipe(recipe),
    schedule: followTarget(settings.steps, target),
    backend,
    print: false,
  });
  if (loaded !== null) await pruning.restore(loaded.saved);

  return {
    model,
    position: pruning.steps,
    async step() {
      const position = pruning.steps();
      const due = position % recipe.every === 0;
      const { sparsity, notices } = due
        ? await pruning.pruner.update(position)
        : { sparsity: null, notices: [] };
      const { inputs, targets } = data.batch(batches(position));
      try {
        const loss = (await model.trainOnBatch(inputs, targets)) as number;
        return { loss, sparsity, notices };
      } finally {
        tf.dispose([inputs, targets]);
      }
    },
    async finish() {
      const { sparsity, notices } = await pruning.pruner.update(settings.steps);
      const report = await pruning.pruner.report();
      return { sparsity, notices: [...notices, ...report.notices] };
    },
    evaluate: (other = model) => data.evaluate(other),
    masks: () => pruning.masks(),
    save: ({ optimizer }) => saveInMemory(model, pruning, optimizer),
    dispose() {
      pruning.dispose();
      model.optimizer?.dispose();
      model.dispose();
    },
  };
}

async function saveInMemory(
  model: tf.LayersModel,
  pruning: ModelPruning,
  includeOptimizer: boolean,
): Promise<tf.io.ModelArtifacts> {
  let artifacts: tf.io.ModelArtifacts = {};
  const handler = tf.io.withSaveHandler(async (given) => {
    artifacts = given;
    return { modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: 'JSON' } };
  });
  await saveModel(model, pruning, handler, { includeOptimizer });
  return artifacts;
}
