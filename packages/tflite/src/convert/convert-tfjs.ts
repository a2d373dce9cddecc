import { quote } from '@synaprune/core/checks';
import type { TfjsArtifacts } from '@synaprune/tfjs-files';
import { type Layer, openLayers, walkLayers } from '@synaprune/tfjs-files/layers';
import { badModel, unsupported } from '../format/bad-model.js';
import { foldSteps } from './fold-steps.js';
import { createLayerCall } from './layer-call.js';
import { LAYERS, ruleOf } from './rules/rules.js';
import type { Step, Value } from './step.js';
import { writeSteps } from './write-steps.js';

/**
 * Writes a layers model of TensorFlow.js as a `.tflite` of float32, for one sample at a time, so that a net that was
 * trained and pruned in a page runs in LiteRT.js. Nothing is executed and no runtime needed.
 *
 * Convolutions, depthwise and separable ones, dense layers, normalisations, sums and products of layers, pools, padding,
 * forms, `relu`, `relu6`, `sigmoid`, `tanh` and `softmax`, in nested models too; dropout and noise are left out. A
 * normalisation becomes part of the kernel before it, whose zeros stay zeros. Outputs are those of tfjs up to the order of
 * sums; zeros stay dense until `pruneTflite` stores them sparse.
 *
 * @param artifacts as `tf.io` passes them around, or `decodeTfjs` of `@synaprune/tfjs-files` returns them
 * @throws TypeError when it is no such value
 * @throws PruneError `bad-model`; `external-data` when the artifacts come without weights; `unsupported` by the name of a
 *   layer or setting that cannot be written, or an input whose size is open
 *
 * @example
 * ```ts
 * import { convertTfjs, findTfliteWeights } from '@synaprune/tflite';
 *
 * const layer = { class_name: 'Dense', config: { name: 'out', units: 16, batch_input_shape: [null, 8] } };
 * const bytes = convertTfjs({
 *   modelTopology: { class_name: 'Sequential', config: { name: 'model', layers: [layer] } },
 *   weightSpecs: [
 *     { name: 'out/kernel', shape: [8, 16], dtype: 'float32' },
 *     { name: 'out/bias', shape: [16], dtype: 'float32' },
 *   ],
 *   weightData: new Float32Array(144).fill(0.5).buffer,
 * });
 * console.log(findTfliteWeights(bytes).map(({ name, shape }) => `${name} ${shape}`)); // [ 'out/kernel 16,8', 'out/bias 16' ]
 * ```
 */
export function convertTfjs(artifacts: TfjsArtifacts): Uint8Array<ArrayBuffer> {
  const { root, floatsOf } = openLayers('convertTfjs', artifacts);
  const inputs = new Map<string, Value>();
  const steps: Step[] = [];
  const called = new Map<Layer, number>();
  const given = walkLayers<Value>(root, {
    fed: (layer) => {
      // A first layer may say itself what it is fed.
      const name = layer.className === 'InputLayer' ? layer.name : `${layer.name}_input`;
      const value = { name, shape: inputShape(layer) };
      inputs.set(layer.name, value);
      return value;
    },
    call: (layer, values) => {
      const rule = ruleOf(layer.className);
      if (rule === undefined) {
        throw unsupported(
          `the layer ${quote(layer.path.join('/'))} of class ${layer.className} cannot be written as a .tflite; those ` +
            `that can are ${LAYERS.join(', ')}`,
        );
      }
      const times = called.get(layer) ?? 0;
      called.set(layer, times + 1);
      const name = layer.path.join('/') || layer.name;
      const known = values.filter((value) => value !== undefined);
      const made = rule(createLayerCall(layer, known, times === 0 ? name : `${name}_${times}`, floatsOf));
      steps.push(...made);
      return [made.at(-1)?.gives ?? known[0]];
    },
  });
  const outputs = given.map((value, i) => {
    if (value !== undefined) return value;
    throw badModel(`output ${i} of the model is given by no layer`);
  });
  const fed = root.isModel ? root.inputs.map(({ layer }) => inputs.get(layer)) : [...inputs.values()];
  const feeds = fed.map((value, i) => {
    if (value !== undefined) return value;
    throw badModel(`input ${i} of the model goes to no layer`);
  });
  return writeSteps(foldSteps(steps, outputs), feeds, outputs, root.name);
}

/** The shape of one sample, with the batch of 1 before it. */
function inputShape({ config, name }: Layer): readonly number[] {
  const shape = [config.batch_input_shape, config.batch_shape].find(Array.isArray) as
    | readonly unknown[]
    | undefined;
  if (shape === undefined) throw badModel(`the input ${quote(name)} needs a shape, and says none`);
  return shape.map((edge, axis) => {
    if (axis === 0) return 1;
    if (typeof edge === 'number' && Number.isSafeInteger(edge) && edge > 0) return edge;
    throw unsupported(
      `the input ${quote(name)} needs a fixed size to be written as a .tflite, got ${JSON.stringify(shape)}`,
    );
  });
}
