import { quote } from '@synaprune/core/checks';
import type { Value } from '@synaprune/onnx/graph';
import { sampleWeightKind, type TargetKind, targetKind } from '../losses/target-kind.js';
import type { TargetLoss } from '../options/loss-options.js';
import type { StepInput } from '../options/training-step.js';
import type { TrainingGraph } from '../tape/tape.js';

/** Inputs of a step for what a batch gives beside the model's inputs. */
export interface StepTargets {
  /** The targets of this name, and the weights of their samples where the loss takes such. @throws RangeError */
  of(
    name: string,
    loss: TargetLoss,
    prediction: Value,
  ): { readonly target: Value; readonly samples: Value | undefined };
  /** All, in the order in which they were asked for; targets before weights. */
  all(): readonly { readonly value: Value; readonly input: StepInput }[];
}

export function createTargets(graph: TrainingGraph): StepTargets {
  const roles = {
    target: new Map<string, { readonly value: Value; readonly input: StepInput }>(),
    sampleWeight: new Map<string, { readonly value: Value; readonly input: StepInput }>(),
  };
  const input = (role: keyof typeof roles, name: string, kind: TargetKind): Value => {
    const { type, shape, limits, ignored } = kind;
    const label = role === 'target' ? 'target' : 'sample-weight';
    const known = roles[role].get(name);
    const value = known?.value ?? graph.source(`${label}/${name}`, { type, shape });
    const step: StepInput = {
      name: value.name,
      modelName: name,
      shape,
      dtype: type,
      role,
      ...(limits ? { limits } : {}),
      ...(ignored === undefined ? {} : { ignored }),
    };
    if (known === undefined) roles[role].set(name, { value, input: step });
    else if (JSON.stringify(known.input) !== JSON.stringify(step)) {
      throw new RangeError(
        `buildTrainingStep: terms of the loss that share the targets ${quote(name)} need them to be the same: one takes ` +
          `${known.input.dtype} [${known.input.shape}], another ${type} [${shape}], or within other limits; give each its own (targets)`,
      );
    }
    return value;
  };
  return {
    of(name, loss, prediction) {
      const target = input('target', name, targetKind(loss, prediction));
      if (loss.sampleWeights !== true) return { target, samples: undefined };
      return { target, samples: input('sampleWeight', name, sampleWeightKind(loss, prediction)) };
    },
    all: () => [...roles.target.values(), ...roles.sampleWeight.values()],
  };
}
