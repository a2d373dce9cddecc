import type { RunResult, RunSpec, TrainingSpec } from '../../run.js';
import { keyOf } from '../../store/key.js';
import { madeUpResult, madeUpSpec } from '../../store/testing/made-up-run.js';
import type { StoredRun } from '../../study.js';
import type { Plan, PlannedArm } from '../plan.js';

/** An arm whose settings differ in one number. */
export function madeUpArm(
  name: string,
  settings: readonly Partial<TrainingSpec>[],
  parts: Partial<PlannedArm> = {},
): PlannedArm {
  const { training, stopping } = madeUpSpec();
  return {
    name,
    title: name.toUpperCase(),
    explanation: `The arm ${name}.`,
    evaluation: 'off',
    candidates: (['lstm'] as const).map((model) => ({
      model,
      settings: settings.map((setting) => ({
        label: JSON.stringify(setting),
        training: { ...training, ...setting },
        stopping,
      })),
    })),
    ...parts,
  };
}

/** A plan of one series, one model and one length. */
export function madeUpPlan(arms: readonly PlannedArm[], parts: Partial<Plan> = {}): Plan {
  const { series, runtime } = madeUpSpec();
  return {
    protocol: 'honest',
    runtime,
    series: [{ ...series, name: 'Births', unit: '', step: 'day', provenance: 'made up', licence: 'CC0-1.0' }],
    remarks: [],
    persistence: [],
    linear: [],
    impossible: [],
    models: ['lstm'],
    lengths: [7],
    seeds: [42, 43],
    tuningSeeds: [7],
    arms,
    machine: { cpu: 'made up', cores: 2, node: 'v20' },
    ...parts,
  };
}

/** A store in memory, and what a run would give. */
export function madeUpStore(resultOf: (spec: RunSpec) => RunResult = () => madeUpResult(1)) {
  const runs = new Map<string, StoredRun>();
  return {
    runs,
    has: (key: string) => runs.has(key),
    get: (key: string) => runs.get(key),
    /** Carries a run out. */
    add(spec: RunSpec) {
      const key = keyOf(spec);
      runs.set(key, { key, spec, result: resultOf(spec) });
    },
  };
}
