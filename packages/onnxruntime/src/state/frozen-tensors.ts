import type { StepFrozen } from '@synaprune/onnx-train';
import type { Tensor } from 'onnxruntime-common';
import type { Memory } from '../memory/memory.js';

/** Tensors of a model that nobody trains, once for all sessions that read them. */
export interface FrozenTensors {
  /** What a step reads of them, by the names of its inputs. Those that are new are taken in. */
  feeds(list: readonly StepFrozen[]): Record<string, Tensor>;
  /** Gives them back. */
  discard(): void;
}

export function createFrozenTensors(memory: Memory): FrozenTensors {
  const tensors = new Map<string, Tensor>();
  return {
    feeds(list) {
      const feeds: Record<string, Tensor> = {};
      for (const { name, shape, input, read } of list) {
        // A size that follows the batch makes others of them.
        const key = JSON.stringify([name, shape]);
        const tensor = tensors.get(key) ?? memory.adopt(shape, read());
        tensors.set(key, tensor);
        feeds[input] = tensor;
      }
      return feeds;
    },
    discard() {
      for (const tensor of tensors.values()) memory.discard(tensor);
      tensors.clear();
    },
  };
}
