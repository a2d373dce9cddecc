import type { LayersModel, ModelFitArgs, ModelFitDatasetArgs } from '@tensorflow/tfjs-layers';
import { patchMethod } from '../../internals/patch-method.js';
import { watchProperty } from '../../internals/watch-property.js';

/** What happens around a model's own methods. */
export interface ModelHooks {
  /** After the model was compiled, or its optimizer set, when that may be another one. */
  compiled(): void;
  /**
   * Before steps are taken, by a fit or one by one. It gives something to wait for only where there is something
   * to do.
   */
  stepping(): Promise<void> | undefined;
  /** Around a fit. `run` goes on with the arguments as given, or with others. */
  fitting<Args extends ModelFitArgs | ModelFitDatasetArgs<never>, Result>(
    args: Args,
    run: (args: Args) => Promise<Result>,
  ): Promise<Result>;
  /** Before weights are written to a file. */
  saving(): Promise<void>;
}

/**
 * Calls hooks around the methods by which a model trains and is saved, on this model only.
 *
 * @returns gives the model its own methods back; harmless when repeated
 */
export function followModel(model: LayersModel, hooks: ModelHooks): () => void {
  const releases = [
    patchMethod(model, 'compile', (compile) => (args) => {
      compile(args);
      hooks.compiled();
    }),
    watchProperty(model, 'optimizer', () => hooks.compiled()),
    patchMethod(
      model,
      'fit',
      (fit) =>
        (x, y, args = {}) =>
          hooks.fitting(args, (given) => fit(x, y, given)),
    ),
    patchMethod(
      model,
      'fitDataset',
      (fit) =>
        ((dataset: never, args: ModelFitDatasetArgs<never>) =>
          hooks.fitting(args, (given) => fit(dataset, given))) as typeof fit,
    ),
    patchMethod(model, 'trainOnBatch', (train) => async (x, y) => {
      const pending = hooks.stepping();
      if (pending !== undefined) await pending;
      return train(x, y);
    }),
    patchMethod(model, 'save', (save) => async (destination, config) => {
      await hooks.saving();
      return save(destination, config);
    }),
  ];
  return () => {
    for (const release of releases) release();
  };
}
