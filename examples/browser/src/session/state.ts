import type { NamedMask } from '@synaprune/core';
import type { Chosen } from '../device/choose-device';
import type { Device } from '../device/devices';
import type { History } from '../moments/history';
import type { RunWeights } from '../moments/layer-weights';
import type { Measurement } from '../moments/measure';
import type { Moment } from '../moments/moment';
import type { TaskName } from '../tasks/task';
import type { PredictionTimes } from './time-predictions';

/**
 * `preparing`: something is being fetched or opened; `stopping`: the step in flight is awaited; `paused` also
 * after a reload; `unusable`: nothing here can train.
 */
export type Phase = 'preparing' | 'idle' | 'running' | 'stopping' | 'paused' | 'finished' | 'unusable';

/** Everything that the page shows of a session. */
export interface SessionState {
  readonly phase: Phase;
  readonly task: TaskName;
  readonly steps: number;
  readonly batch: number;
  readonly seed: number;
  /** Sparsity to end at, in [0, 1). */
  readonly target: number;
  /** What the user asked for; `null` is the best there is. */
  readonly wanted: Device | null;
  readonly chosen: Chosen | null;
  readonly position: number;
  readonly history: History;
  readonly before: Measurement | null;
  readonly after: Measurement | null;
  /** The dense twin after as many steps. */
  readonly dense: Measurement | null;
  /** What the model was at each test, and on the way to 99 %. */
  readonly moments: readonly Moment[];
  /** What the model as it is now takes to predict; `null` while that has not been timed. */
  readonly times: PredictionTimes | null;
  /** What a guess without a model reaches, in words. */
  readonly reference: string | null;
  readonly stepsPerSecond: number | null;
  /** When the state that a reload would find was saved; `null` when there is none. */
  readonly savedAt: number | null;
}

/** Whom a session tells. */
export interface SessionEvents {
  /** After anything but a step. */
  readonly onChange: (state: SessionState) => void;
  /** After some steps. */
  readonly onProgress: (state: SessionState) => void;
  /** The masks as they are now, and the moment of the run before that; `null` when there are none. */
  readonly onMasks: (masks: readonly NamedMask[] | null, preceding: Moment | null) => void;
  /** The weights as they are now, of the run and of its dense twin; `null` when there are none. */
  readonly onWeights: (weights: RunWeights | null) => void;
  /** Something to know; stays until the next. */
  readonly onNotice: (text: string) => void;
  /** For those who listen instead of looking: a short sentence. */
  readonly onStatus: (text: string) => void;
}
