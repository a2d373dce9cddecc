import type { TrainerState } from '../index.js';

/** A state as the first version of the format has it: of the perceptron, by plain descent, after one step. */
export const stateOfVersion1: TrainerState = {
  format: 'synaprune-trainer',
  version: 1,
  steps: 1,
  seed: 5,
  tensors: [
    {
      kind: 'weight',
      name: 'k1',
      shape: [6, 8],
      values:
        'u6P3vgIiIb98ywo/tuJVv6NczTsCW0q/hiU5v/h2ZT/1tB0/GbflvmP81L1mU9A+w17cPvhVgb44J0u/fgAfP8ZA9T5TzD0/OV+avRKNVD8XI1y/iBK9vjYGr776dga/VHe9vhgNEz/bNhu/WTkiv6smhDx88Cu/5CcDPmr9EL7ENSM//S5Qv2XsTj+fU3+/oLWzPnaTHT9rX0O/5VJFv6vw+74FXya/J0u4PeFHET9XDXE9/NqCPnrbNz+9s0G9',
    },
    { kind: 'weight', name: 'b1', shape: [8], values: '41PhvjLNUL9J1OM++L4DvFL9eT5GLzE+rcJdPy0g+b4=' },
    {
      kind: 'weight',
      name: 'k2',
      shape: [8, 3],
      values:
        'mLvLvpPlfj9AxrE+lMBQP8zf9D4BZFy/GxvqPuemBD4Xoju+oaSmPjrO/z5zN4g+SXFVPxGumL7jwdC+tjlLvqLLGj/i9nk/JJJyPvG3tr1pci6/gPM5P9EwIL9hVBC/',
    },
    { kind: 'weight', name: 'b2', shape: [3], values: '5p2zvmuZTz9qQ34+' },
  ],
  pruner: null,
  checksum: 'e3591aa2',
};
