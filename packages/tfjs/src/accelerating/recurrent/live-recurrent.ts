import * as tf from '@tensorflow/tfjs-core';
import type { layers } from '@tensorflow/tfjs-layers';
import { patchMethod } from '../../internals/patch-method.js';
import type { FoundLayer } from '../find-layers.js';
import { isInference, type LiveLayer } from '../live-layer.js';
import { type Station, stationOf } from '../machine/station.js';
import { describePacking } from '../packed/describe-packing.js';
import { isSparse } from '../packed/packing.js';
import { type Cell, STATES } from './cells.js';
import { type PackedCell, packCell, weightsOf } from './packed-cell.js';
import { recurrentStage } from './recurrent-stage.js';
import { runLayer } from './run-layer.js';
import { runOnArrays } from './run-on-arrays.js';

/** What of a recurrent layer of tfjs is used; all of it public there. */
interface Recurrent {
  readonly returnSequences: boolean;
  readonly returnState: boolean;
  readonly goBackwards: boolean;
  readonly stateful: boolean;
  readonly states: readonly (tf.Tensor | null)[];
  resetStates(states: tf.Tensor[]): void;
}

/** Keeps a recurrent layer packed, and runs whole sequences in the place of its steps. */
export function keepSequences(found: FoundLayer, cells: readonly Cell[]): LiveLayer {
  const { layer } = found;
  const packed = cells.map(packCell);
  const packings = () => packed.map((cell) => cell.packing());
  const { returnState, stateful, goBackwards, returnSequences } = layer as unknown as Recurrent;
  const unpatch = patchMethod(layer, 'call', (inner) => (inputs, kwargs) => {
    if (!isInference(kwargs)) return inner(inputs, kwargs);
    for (const cell of packed) cell.freshen();
    const station = stationOf(tf.backend())!;
    const result = packings().some(isSparse) && callCells(station, layer, packed, inputs, kwargs);
    return result || inner(inputs, kwargs);
  });
  return {
    found,
    counts: packings,
    describe: () => describePacking(packings()),
    stages: () =>
      returnState || stateful || !packings().some(isSparse)
        ? undefined
        : [recurrentStage(packed, { backwards: goBackwards, sequences: returnSequences })],
    release() {
      unpatch();
      for (const cell of packed) cell.release();
    },
  };
}

type Kwargs = Readonly<Record<string, unknown>> | undefined;

/** What the layer's own `call` gives; `undefined` where it is called in a way that is not known. */
function callCells(
  { machine, store }: Station,
  layer: layers.Layer,
  packed: readonly PackedCell[],
  given: tf.Tensor | tf.Tensor[],
  kwargs: Kwargs = {},
): tf.Tensor | tf.Tensor[] | undefined {
  const inputs = [given].flat();
  const [x] = inputs as [tf.Tensor];
  const mask = (kwargs.mask ?? undefined) as tf.Tensor | undefined;
  if (inputs.length !== 1 || kwargs.constants != null) return undefined;
  const [samples, steps] = x.shape as [number, number];
  if (x.size === 0 || !isOfFloats(x, [samples, steps, packed[0]!.cell.inputs])) return undefined;
  if (mask !== undefined && !isOf(mask, [samples, steps])) return undefined;
  const { returnSequences, returnState, goBackwards, stateful } = layer as unknown as Recurrent;
  const before = kwargs.initialState ?? (stateful ? (layer as unknown as Recurrent).states : undefined);
  if (before !== undefined && !areStates(before, packed, samples)) return undefined;
  const weights = weightsOf(packed);
  if (weights === undefined) return undefined;
  return tf.tidy(() => {
    const run = {
      inputs: x,
      states: before,
      mask: mask && tf.cast(tf.cast(mask, 'bool'), 'float32'),
      backwards: goBackwards,
      sequences: returnSequences,
      returnState: returnState || stateful,
    };
    const result = machine === undefined ? runOnArrays(store, weights, run) : runLayer(machine, weights, run);
    if (result === undefined) return undefined as unknown as tf.Tensor;
    const tensorOf = (info: tf.TensorInfo) => tf.engine().makeTensorFromTensorInfo(info);
    const [output, states] = [tensorOf(result.outputs), result.states.map(tensorOf)];
    if (stateful) (layer as unknown as Recurrent).resetStates(states);
    return returnState ? [output, ...states] : output;
  });
}

/** Whether these are the states of all cells, those of the last one first, as loops read them: one for each sample. */
function areStates(
  given: unknown,
  packed: readonly PackedCell[],
  samples: number,
): given is readonly tf.Tensor[] {
  const units = [...packed].reverse().flatMap(({ cell }) => Array(STATES[cell.kind]).fill(cell.units));
  if (!Array.isArray(given) || given.length !== units.length) return false;
  return given.every(
    (state: tf.Tensor | null, i) => state !== null && isOfFloats(state, [samples, units[i]!]),
  );
}

function isOfFloats(tensor: tf.Tensor, shape: readonly number[]): boolean {
  return tensor.dtype === 'float32' && isOf(tensor, shape);
}

/** Whether a tensor is there and has that shape: what tfjs spreads over samples, or refuses, is left to it. */
function isOf(tensor: tf.Tensor, shape: readonly number[]): boolean {
  return (
    !tensor.isDisposed &&
    tensor.rank === shape.length &&
    shape.every((edge, axis) => edge === tensor.shape[axis])
  );
}
