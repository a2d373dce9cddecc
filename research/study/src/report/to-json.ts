import type { Study } from '../study.js';
import { FORMAT, type StudyJson, VERSION } from '../study-json.js';
import type { Analysis } from './analysis.js';
import { answerSentence, equivalenceSentence, linearSentence, persistenceSentence } from './answer-text.js';
import { commandOf } from './command.js';
import type { ScopeStatistics } from './scope-statistics.js';

/** A study and all that was computed from it, as plain JSON. */
export function toJson(study: Study, analysis: Analysis): StudyJson {
  const { answer, scopes } = analysis;
  return {
    format: FORMAT,
    version: VERSION,
    protocol: study.protocol,
    date: study.date,
    command: commandOf(study),
    options: {
      models: study.models,
      lengths: study.lengths,
      seeds: study.seeds,
      tuningSeeds: study.tuningSeeds,
      arms: study.arms,
    },
    machine: { ...study.machine, runtimes: runtimesOf(study) },
    runSeconds: study.runSeconds,
    series: study.series,
    remarks: study.remarks,
    persistence: analysis.persistence,
    linear: study.linear,
    answer: {
      sentence: answerSentence(answer, scopes[0]),
      equivalence: equivalenceSentence(answer, scopes[0]),
      besidePersistence: persistenceSentence(answer),
      besideLinear: linearSentence(answer),
      ...answer,
    },
    statistics: scopes.map(flattened),
    epochChoice: analysis.gaps,
    cells: analysis.cells,
    rows: analysis.observations,
    runs: [...study.runs.values()].map(({ key, spec, result: { epochs, ...figures } }) => ({
      key,
      spec: { ...spec, training: { ...spec.training }, stopping: { ...spec.stopping } },
      ...figures,
      epochsRun: epochs.length,
    })),
    impossible: study.impossible,
    missing: study.missing,
    failed: study.failed.map(({ key, spec, message }) => ({
      key,
      spec: { ...spec, training: { ...spec.training }, stopping: { ...spec.stopping } },
      message,
    })),
  };
}

/** What computed the runs, each name and version once. */
export function runtimesOf({ runs }: Study): string[] {
  return [...new Set([...runs.values()].map(({ spec }) => spec.runtime))].sort();
}

/** One line a run, so that a file of thousands can be looked through and compared. */
export function printJson(json: StudyJson): string {
  const fields = Object.entries(json).map(([name, value]) => {
    const lines = Array.isArray(value) && value.length > 0;
    const text = lines
      ? `[\n${value.map((item) => JSON.stringify(item)).join(',\n')}\n]`
      : JSON.stringify(value);
    return `${JSON.stringify(name)}: ${text}`;
  });
  return `{\n${fields.join(',\n')}\n}\n`;
}

function flattened({ scope, table, ...figures }: ScopeStatistics): StudyJson['statistics'][number] {
  const { kind, model, series, unit, population } = scope;
  const { arms, blocks, incompleteBlocks, unpairedRuns } = table;
  return { kind, model, series, unit, population, arms, blocks, incompleteBlocks, unpairedRuns, ...figures };
}
