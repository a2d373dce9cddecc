import { describe } from '@synaprune/core/checks';
import { tensorToFloat32 } from '@synaprune/onnx';
import { type NamedOutput, sourceOf, type Value, viewMessages, writeGraph } from '@synaprune/onnx/graph';
import { differentiate } from '../gradients/differentiate.js';
import { ownGradients, tellUnusedRules } from '../gradients/own-rules.js';
import { importModel } from '../importing/import-model.js';
import { requireUndecided } from '../inline/decided.js';
import { plainModel } from '../inline/inlined-model.js';
import type { UpdatedWeight } from '../kernels/update-kernels.js';
import type { LoweringContext, RecurrentStates } from '../lower/lowering.js';
import { clipGradients } from '../optimizers/clipping.js';
import { updateRule } from '../optimizers/optimizers.js';
import { groupUpdates } from '../optimizers/parameter-groups.js';
import { checkTrainingStepOptions } from '../options/check-options.js';
import type { TrainingStepOptions } from '../options/options.js';
import type { StepBuffer, StepInput, StepSeed, StepWeight, TrainingStep } from '../options/training-step.js';
import { widenModel, withModelTypes } from '../precision/widen-model.js';
import { widenedNotice } from '../precision/widened-notice.js';
import { noActivity } from '../scores/no-activity.js';
import { observe, requireTrained } from '../scores/observe.js';
import { findSignals } from '../scores/signals.js';
import { createTrainingGraph } from '../tape/tape.js';
import { findCandidates } from '../weights/candidates.js';
import { asList, chooseMasked, chooseTrainable, trainedOf } from '../weights/choose-weights.js';
import { maskSettings, maskWeights } from '../weights/masks.js';
import { stepTensors, trainedNotices } from '../weights/told-weights.js';
import { otherFloatsNotice, requireFloat32 } from '../weights/untrained-types.js';
import { requireEmbedded } from '../weights/whole-model.js';
import { exporterOf } from './export-model.js';
import { frozenInputs } from './frozen-inputs.js';
import { gatheredGradients, gatherGradients } from './gather-gradients.js';
import { freePrefix, namesOfTensors } from './names.js';
import { lossOf } from './step-loss.js';
import { partOf, type StepParts } from './step-parts.js';

/** The oldest version of the standard operators that gradients are written for. */
const OPSET = 17;

/** The newest that steps are written in: what came later changed nothing that they hold, and few runtimes know it. */
const NEWEST_OPSET = 24;

/** `buildTrainingStep` with the parts that it is given. @throws LaterPart where one is missing */
export function buildStep(model: Uint8Array, options: TrainingStepOptions, loaded: StepParts): TrainingStep {
  const part = <K extends keyof StepParts>(name: K) => partOf(loaded, name);
  const { lowerings } = loaded;
  if (!(model instanceof Uint8Array)) {
    throw new TypeError(
      `buildTrainingStep needs model to be the bytes of an .onnx file, a Uint8Array, got ${describe(model)}`,
    );
  }
  checkTrainingStepOptions('buildTrainingStep', options);
  const { batch, externalData, recompute = false } = options;
  const original = externalData === undefined ? model : part('embedExternalData')(model, externalData);
  const { bytes, narrow } = widenModel(original);
  // Views into the bytes: nothing changes either.
  const whole = sourceOf(viewMessages(bytes));
  requireEmbedded(whole.tensors.values());
  const batched = batch === undefined ? undefined : part('batchShapes')(whole, options, lowerings);
  const inlined =
    plainModel(bytes, whole, options) ??
    part('inlineModel')(bytes, whole, batched?.one ?? options, lowerings);
  const source = batched?.grow(inlined.source) ?? inlined.source;
  const prefix = freePrefix(source.names);
  const graph = createTrainingGraph(prefix, Math.min(Math.max(OPSET, source.opset), NEWEST_OPSET));
  graph.notices.push(...(narrow.size > 0 ? [widenedNotice(narrow)] : []), ...inlined.notices);
  const rule = updateRule(options.optimizer);
  const maskOptions = maskSettings(options.masks);
  for (const [name, { shapes }] of Object.entries(options.rules ?? {})) {
    if (shapes !== undefined) graph.shapeRules.set(name, shapes);
  }
  requireFloat32(source, asList(options.trainable ?? []));
  const all = findCandidates(source, inlined.bytes, options.minElements);
  const candidates = chooseTrainable(source, all, options.trainable);
  requireUndecided(inlined.decisive, candidates);
  const leaves = new Map(
    candidates.map(({ name, shape }) => [name, graph.source(`weight/${name}`, { type: 'float32', shape })]),
  );
  const seeds: StepSeed[] = [];
  const seedValues: Value[] = [];
  const tensorNames = namesOfTensors(source);
  const buffers = new Map<Value, Pick<StepBuffer, 'name' | 'statistic'> & { input: Value; updated: Value }>();
  const states = new Map<Value, readonly RecurrentStates[]>();
  const context: LoweringContext = {
    graph,
    lowerings,
    shapes: options.shapes ?? {},
    trainsDropout: options.dropout === 'train' || options.dropout === 'coupled',
    trainsBatchNormalization: (options.batchNormalization ?? 'train') === 'train',
    randomInput(shape, probability) {
      const index = seeds.length;
      const numbers = graph.source(`random/${index}`, { type: 'float32', shape });
      const rate =
        options.dropout === 'coupled'
          ? graph.source(`rate/${index}`, { type: 'float32', shape: [] })
          : undefined;
      seeds.push({ name: numbers.name, shape, probability, ...(rate ? { rate: rate.name } : {}) });
      seedValues.push(numbers, ...(rate ? [rate] : []));
      return { numbers, rate };
    },
    buffer(statistic, kind) {
      const known = buffers.get(statistic);
      if (known !== undefined) return known.updated;
      const name =
        tensorNames.get(statistic.constant?.tensor) ??
        graph.unsupported(
          'its running statistics are computed, so training cannot carry them on',
          "give it constant ones, or leave them as they are (batchNormalization: 'inference')",
        );
      const input = graph.source(`buffer/${name}`, statistic);
      buffers.set(statistic, { name, statistic: kind, input, updated: input });
      return input;
    },
    updateBuffer(statistic, updated) {
      buffers.get(statistic)!.updated = updated;
    },
    noteStates(recurrent, through) {
      states.set(recurrent, through);
    },
  };
  const imported = importModel(source, context, leaves, options.inputs ?? {}, {
    refusals: inlined.refusals,
    rebatching: batched?.carry(graph, inlined.source),
  });
  const { loss, counts, targets, predictions } = lossOf(graph, source, imported, options);
  tellUnusedRules(graph, source, options.rules);
  const forward = new Set(graph.nodes.flatMap(({ outputs }) => outputs));
  const gradients = differentiate(graph, loss, [...leaves.values()], ownGradients(options.rules));
  graph.place = 'the update';
  if (gradients.size === 0 && options.trainable === undefined) requireFloat32(source);
  const left = options.trainable === undefined ? otherFloatsNotice(source) : undefined;
  if (left !== undefined) graph.notices.push(left);
  const trained = trainedOf(all, candidates, leaves, gradients, options.trainable, graph.notices);

  graph.tape.paused = true;
  const isTrained = new Set(trained);
  const picked = options.trainable !== undefined;
  const found = { candidates: all, chosen: candidates, trained: isTrained, picked };
  const masked = chooseMasked(found, options.masked);
  const choice = { ...found, masked };
  const masks = maskWeights(
    graph,
    candidates.map((candidate) => ({
      leaf: leaves.get(candidate.name)!,
      label: candidate.name,
      masked: masked.has(candidate),
      frozen: isTrained.has(candidate) ? undefined : source.tensors.get(candidate.name)!,
    })),
    maskOptions,
  );
  const learningRate = graph.source('learning-rate', { type: 'float32', shape: [] });
  const step = graph.source('step', { type: 'float32', shape: [] });
  const groups = groupUpdates(rule, trained, options.parameterGroups);
  const updateOf = groups.prepare(graph, { learningRate, step });
  const clip = options.clip ?? {};
  const cleanAll = (list: readonly Value[]) =>
    list.map((gradient, index) => masks.clean(leaves.get(trained[index]!.name)!, gradient));
  const { part: computed = 'whole' } = options;
  const parts = trained.map(({ name }) => {
    const leaf = leaves.get(name)!;
    const mask = maskOptions.zeroed ? undefined : masks.inputOf(leaf);
    const sum = graph.source(`gradient-sum/${name}`, leaf);
    return { name, leaf, mask, gradient: gradients.get(leaf)!, sum };
  });
  const gathered = computed === 'gradients' ? gatherGradients(graph, prefix, parts, counts) : undefined;
  // Bounds are of sums that are complete, which a graph that computes gradients has not.
  const isUpdated = gathered === undefined || (options.kernels === true && options.clip === undefined);
  const given = computed !== 'whole' && isUpdated ? gatheredGradients(graph, parts) : undefined;
  const raw = given?.gradients ?? parts.map(({ gradient }) => gradient);
  // A choice costs as much as three passes over a weight: gradients get one only where something reads them
  // that slots do not clean. Where weights and slots come in clean, that one keeps all of them so. A common length counts kept elements, and as NaN would reach all of them.
  const bounded = clipGradients(graph, clip.norm === undefined ? raw : cleanAll(raw), clip);
  const first = rule.needsCleanGradient || options.gradients === true || maskOptions.zeroed;
  const clipped = first ? cleanAll(bounded) : bounded;

  const inputs: Value[] = [...(gathered?.inputs ?? [])];
  const outputs: NamedOutput[] = [...(gathered?.outputs ?? [])];
  if (computed !== 'update') outputs.push({ name: `${prefix}loss`, value: loss });
  requireTrained(options.scores ?? [], trained);
  const scores = gathered ? [] : (options.scores ?? []);
  const activity =
    computed === 'whole'
      ? findSignals(graph, source, { imported, states, replaced: masks.replaced })
      : noActivity;
  const updating: UpdatedWeight[] = [];
  const updated = (isUpdated ? trained : []).map(({ name, shape }, index): StepWeight => {
    const leaf = leaves.get(name)!;
    const mask = masks.inputOf(leaf);
    const slots = rule.slots.map((kind) => graph.source(`${kind}/${name}`, leaf));
    const clean = (value: Value) => (maskOptions.zeroed ? value : masks.clean(leaf, value));
    const next = updateOf(index)(masks.updated(leaf), clipped[index]!, slots, clean);
    const sum = given && parts[index]!.sum;
    inputs.push(leaf, ...(mask ? [mask] : []), ...(sum ? [sum] : []), ...slots);
    const own: NamedOutput[] = [];
    const give = (kind: string, value: Value) => {
      own.push({ name: `${prefix}new-${kind}/${name}`, value });
      return `${prefix}new-${kind}/${name}`;
    };
    updating.push({ name, shape, gradient: sum ?? raw[index]!, isGiven: sum !== undefined, outputs: own });
    const moment = rule.slots.findIndex((kind) => kind === 'v' || kind === 'square');
    const observed = observe(
      graph,
      prefix,
      scores,
      {
        name,
        shape,
        weight: masks.updated(leaf),
        gradient: raw[index]!,
        secondMoment: moment < 0 ? undefined : next.slots[moment],
      },
      activity,
    );
    inputs.push(...observed.inputs);
    outputs.push(...observed.outputs);
    const output = give('weight', next.weight);
    const told: StepWeight = {
      name,
      shape,
      input: leaf.name,
      output,
      ...(mask ? { mask: mask.name } : {}),
      ...(sum ? { gradientSum: sum.name } : {}),
      ...(options.gradients
        ? { gradient: give('gradient', (options.gradients === 'dense' ? raw : clipped)[index]!) }
        : {}),
      slots: rule.slots.map((kind, at) => ({
        kind,
        input: slots[at]!.name,
        output: give(kind, next.slots[at]!),
      })),
      ...(observed.memory.length > 0 ? { memory: observed.memory } : {}),
      initial: tensorToFloat32(source.tensors.get(name)!),
    };
    if (gathered === undefined) outputs.push(...own);
    return told;
  });
  const stepBuffers = (computed === 'update' ? [] : [...buffers.values()]).map(
    ({ name, statistic, input, updated }): StepBuffer => {
      inputs.push(input);
      outputs.push({ name: `${prefix}new-buffer/${name}`, value: updated });
      const initial = tensorToFloat32(source.tensors.get(name)!);
      const output = `${prefix}new-buffer/${name}`;
      return { name, statistic, shape: input.shape, input: input.name, output, initial };
    },
  );
  const answers = (computed === 'whole' ? predictions : []).map(({ modelName, value }) => {
    outputs.push({ name: `${prefix}output/${modelName}`, value: masks.replaced(value) });
    return { name: `${prefix}output/${modelName}`, modelName };
  });
  const modelInputs = source.inputs.flatMap(({ name }) => imported.inputs.get(name) ?? []);
  const stepInputs = modelInputs.map(
    ({ name, type, shape }): StepInput => ({ name, modelName: name, shape, dtype: type, role: 'input' }),
  );
  const shapes = new Map([...updated, ...stepBuffers].map(({ name, shape }) => [name, shape]));
  if (recompute !== false && computed !== 'update') {
    const { segments } = recompute === true ? { segments: undefined } : recompute;
    part('recomputeActivations')(graph, { forward, fed: [...modelInputs, ...seedValues], segments });
  }
  const kernels = options.kernels === true ? part('updateKernels') : undefined;
  const apart = kernels?.(graph, prefix, outputs, { adding: gathered?.adding ?? [], updating });
  const written = apart?.outputs ?? outputs;
  const weights = gathered && apart?.told.kernels.length === 0 ? [] : updated;
  const frozen =
    options.frozen === 'inputs' && computed !== 'update' ? frozenInputs(graph, tensorNames, written) : [];
  const read = apart?.read ?? ((all: readonly Value[]) => all);
  return {
    model: writeGraph(
      graph,
      [
        ...(computed === 'update' ? [] : [...modelInputs, ...targets.map(({ value }) => value)]),
        ...(weights.length > 0 ? read([learningRate, step]) : []),
        ...(computed === 'update' ? read([given!.scale]) : seedValues),
        ...read(inputs),
        ...frozen.map(({ value }) => value),
      ],
      written,
      source.otherDomains,
    ),
    inputs:
      computed === 'update'
        ? []
        : withModelTypes([...stepInputs, ...targets.map(({ input }) => input)], narrow),
    learningRate: learningRate.name,
    step: step.name,
    loss: `${prefix}loss`,
    outputs: answers,
    weights,
    buffers: stepBuffers,
    frozen: frozen.map(({ told }) => told),
    seeds: computed === 'update' ? [] : seeds,
    ...(gathered ? { gathers: gathered.told } : {}),
    ...(given ? { gradientScale: given.scale.name } : {}),
    ...(apart ? { kernels: apart.told } : {}),
    optimizer: groups.optimizer,
    tensors: stepTensors(choice),
    notices: [...graph.notices, ...trainedNotices(choice)],
    export: exporterOf(original, shapes, inlined.originals),
  };
}
