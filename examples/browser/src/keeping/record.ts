import { type NamedMask, packedLength } from '@synaprune/core';
import { isRecord } from '@synaprune/core/checks';
import type * as tf from '@tensorflow/tfjs';
import { DEVICES, type Device } from '../device/devices';
import type { History } from '../moments/history';
import type { Measurement } from '../moments/measure';
import type { Moment } from '../moments/moment';
import { LIMITS } from '../parameters';
import type { TaskName } from '../tasks/task';
import type { RunSettings } from '../training/run';

/** Of what is kept; a run that another version kept cannot go on here. */
export const RECORD_VERSION = 4;

/** A run as it is kept between visits: with this it goes on exactly. */
export interface RunRecord {
  readonly version: typeof RECORD_VERSION;
  readonly task: TaskName;
  readonly settings: RunSettings;
  /** Sparsity to end at, in [0, 1). */
  readonly target: number;
  readonly device: Device;
  readonly position: number;
  readonly history: History;
  /** Just before the first weight was dropped, and after the last step. */
  readonly before: Measurement | null;
  readonly after: Measurement | null;
  /** The dense twin after the last step. */
  readonly dense: Measurement | null;
  readonly moments: readonly Moment[];
  /** Model, optimizer and pruning. */
  readonly artifacts: tf.io.ModelArtifacts;
  /** The same of the dense twin; `null` before it left the run. */
  readonly twin: tf.io.ModelArtifacts | null;
  /** For pictures before the run is loaded. */
  readonly masks: readonly NamedMask[];
  readonly savedAt: number;
}

/**
 * Whether something read from storage is a record of this version, with every number within its bounds. Another page
 * of this address, another version or a half-written database may have left anything there.
 */
export function isRunRecord(value: unknown): value is RunRecord {
  if (!isRecord(value) || !isRecord(value.settings) || !isRecord(value.history)) return false;
  const { settings, history, position } = value;
  return (
    value.version === RECORD_VERSION &&
    Object.hasOwn(TASKS_BY_NAME, String(value.task)) &&
    DEVICES.includes(value.device as Device) &&
    (['steps', 'batch', 'seed'] as const).every((name) => isWhole(settings[name], LIMITS[name])) &&
    isNumber(value.target) &&
    value.target >= 0 &&
    value.target < 1 &&
    isWhole(position, { from: 0, to: Number(settings.steps) }) &&
    isList(history.losses, isNumber) &&
    history.losses.length === position &&
    isList(history.sparsity, isPoint) &&
    isList(history.scores, isPoint) &&
    isList(history.denseScores, isPoint) &&
    [value.before, value.after, value.dense].every((moment) => moment === null || isMeasurement(moment)) &&
    isList(value.moments, isMoment) &&
    isRecord(value.artifacts) &&
    (value.twin === null || isRecord(value.twin)) &&
    isList(value.masks, isMask) &&
    isNumber(value.savedAt)
  );
}

const TASKS_BY_NAME: Readonly<Record<TaskName, true>> = { digits: true, forecast: true };

function isMask(value: unknown): boolean {
  if (!isRecord(value) || !isList(value.shape, (edge) => isWhole(edge, { from: 0, to: 2 ** 24 })))
    return false;
  const elements = (value.shape as number[]).reduce((product, edge) => product * edge, 1);
  return (
    typeof value.name === 'string' &&
    isWhole(value.kept, { from: 0, to: elements }) &&
    value.bits instanceof Uint8Array &&
    value.bits.length === packedLength(elements)
  );
}

function isMeasurement(value: unknown): boolean {
  const names = ['step', 'score', 'sparsity', 'rawBytes', 'gzipBytes', 'packedBytes'];
  return (
    isRecord(value) &&
    names.every((name) => isNumber(value[name])) &&
    (value.brotliBytes === null || isNumber(value.brotliBytes)) &&
    isRecord(value.int8) &&
    isNumber(value.int8.packedBytes) &&
    (value.int8.score === null || isNumber(value.int8.score))
  );
}

function isMoment(value: unknown): boolean {
  return (
    isRecord(value) &&
    (['step', 'sparsity', 'score'] as const).every((name) => isNumber(value[name])) &&
    value.packed instanceof Uint8Array &&
    typeof value.onward === 'boolean'
  );
}

function isPoint(value: unknown): boolean {
  return isList(value, isNumber) && value.length === 2;
}

/** No list of a run is longer than its steps, and one update or test more. */
function isList(value: unknown, holds: (item: unknown) => boolean): value is readonly unknown[] {
  return Array.isArray(value) && value.length <= LIMITS.steps.to + 1 && value.every(holds);
}

function isWhole(value: unknown, { from, to }: { readonly from: number; readonly to: number }): boolean {
  return Number.isSafeInteger(value) && Number(value) >= from && Number(value) <= to;
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}
