import { createRandom } from '@synaprune/examples-kit/random';
import type { ModelPlan } from '../plan.js';

/** A plan of five inputs, three of them channels. */
export function planOf(rest: Partial<ModelPlan> & Pick<ModelPlan, 'model'>): ModelPlan {
  return {
    length: 7,
    features: 5,
    channels: 3,
    targetChannel: 1,
    narrowed: 0,
    dropout: 0,
    seed: 42,
    protocol: 'honest',
    ...rest,
  };
}

/** Reproducible standard normal numbers. */
export function normals(count: number, label: string): Float32Array {
  const random = createRandom(5, label);
  return Float32Array.from({ length: count }, () => random.normal());
}
