import { legible } from '@synaprune/core/checks';
import { type Chosen, chooseDevice } from '../device/choose-device';
import { DEVICE_TITLES, type Device } from '../device/devices';
import { DeviceLost } from '../device/watch-loss';
import type { Parameters } from '../parameters';
import type { TaskData, TaskName } from '../tasks/task';
import { TASKS } from '../tasks/tasks';
import type { RunSettings } from '../training/run';
import { breathe } from './breathe';
import { emptyHistory } from './history';
import { openKeeper } from './keeper';
import { closeLive, type Live, openLive, recordOf } from './live';
import type { RunRecord } from './record';
import type { Session } from './session-api';
import type { Phase, SessionEvents, SessionState } from './state';
import { type PredictionTimes, spokenTimes, timePredictions } from './time-predictions';
import { train } from './train';

/** Opens the session: finds a device, and the run of an earlier visit if there is one. */
export async function openSession(parameters: Parameters, events: SessionEvents): Promise<Session> {
  const keeper = await openKeeper(events.onNotice);
  const lost = new Set<Device>();
  const loadedData = new Map<TaskName, TaskData>();
  let phase: Phase = 'preparing';
  let task: TaskName = parameters.task ?? 'digits';
  let settings = settingsOf(task);
  let target = (parameters.target ?? 90) / 100;
  let wanted = parameters.backend;
  let chosen: Chosen | null = null;
  let live: Live | null = null;
  let speed: number | null = null;
  let times: PredictionTimes | null = null;

  function settingsOf(name: TaskName): RunSettings {
    const { steps, batch } = TASKS[name];
    return {
      steps: parameters.steps ?? steps,
      batch: parameters.batch ?? batch,
      seed: parameters.seed ?? 1,
    };
  }

  function state(): SessionState {
    const record = keeper.kept();
    const { history, before, after } = live ??
      record ?? { history: emptyHistory(), before: null, after: null };
    return {
      phase,
      task,
      ...settings,
      target,
      wanted,
      chosen,
      position: history.losses.length,
      history,
      before,
      after,
      times,
      reference: loadedData.get(task)?.reference ?? null,
      stepsPerSecond: phase === 'running' ? speed : null,
      savedAt: record?.savedAt ?? null,
    };
  }

  function enter(next: Phase): void {
    phase = next;
    if (next === 'running' || next === 'idle') times = null;
    events.onChange(state());
  }

  /** Where a session rests when nothing is going on. */
  function rest(): void {
    const record = keeper.kept();
    enter(record === null ? 'idle' : record.after === null ? 'paused' : 'finished');
  }

  function takeOver(record: RunRecord): void {
    ({ task, settings, target } = record);
    events.onMasks(record.masks);
  }

  async function loadData(): Promise<TaskData> {
    const data = loadedData.get(task) ?? (await TASKS[task].load());
    loadedData.set(task, data);
    return data;
  }

  function close(): void {
    if (live !== null) closeLive(live);
    live = null;
  }

  async function pickDevice(): Promise<void> {
    chosen = await chooseDevice(wanted, lost);
    if (chosen.refused !== null) {
      events.onNotice(`${chosen.refused} This page uses ${DEVICE_TITLES[chosen.device]} instead.`);
    }
  }

  async function open(record: RunRecord | null): Promise<Live> {
    const data = await loadData();
    return openLive({
      task: TASKS[task],
      data,
      settings,
      target: () => target,
      device: chosen!.device,
      record,
    });
  }

  async function exportModel(): Promise<RunRecord['artifacts']> {
    live ??= await open(keeper.kept());
    return live.run.save({ optimizer: false });
  }

  async function save(from: Live): Promise<void> {
    await keeper.keep(await recordOf(from, { task, target, device: chosen!.device }));
  }

  async function go(current: Live): Promise<void> {
    const [begun, first] = [performance.now(), current.run.position()];
    enter('running');
    const told = new Set<string>();
    const training = train(current, {
      pausing: () => phase !== 'running',
      breathe,
      save: () => save(current),
      onMasks: events.onMasks,
      onNotices(notices) {
        for (const { code, message } of notices) {
          if (told.has(code)) continue;
          told.add(code);
          events.onNotice(legible(message, 600));
        }
      },
      onProgress() {
        if (live !== current) return;
        speed = (1000 * (current.run.position() - first)) / (performance.now() - begun);
        events.onProgress(state());
      },
    });
    // If the device goes first, nobody waits for what the step in flight comes to.
    training.catch(() => {});
    const outcome = await Promise.race([training, current.watch.lost]);
    await save(current);
    enter(outcome);
    const { metric } = TASKS[task];
    events.onStatus(
      outcome === 'paused'
        ? `Paused at step ${current.run.position()} of ${settings.steps}. The run is saved.`
        : `Finished after ${settings.steps} steps. ${metric.name} ${metric.format(current.after!.score)}.`,
    );
  }

  /** Does a piece of work that needs the device; whatever goes wrong ends at the last saved state. */
  async function attempt(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      const at = live?.history.losses.length ?? 0;
      const watch = live?.watch;
      await watch?.settle();
      const gone = error instanceof DeviceLost || watch?.isLost() === true;
      const broken = chosen?.device;
      close();
      enter('preparing');
      if (gone && broken !== undefined) {
        lost.add(broken);
        wanted = null;
      }
      await explain(error as Error, gone ? broken : undefined, at);
    }
  }

  async function explain(error: Error, broken: Device | undefined, at: number): Promise<void> {
    const record = keeper.kept();
    if (record !== null) events.onMasks(record.masks);
    const keptAt =
      record === null ? 'Nothing of it was saved.' : `The run is kept as it was at step ${record.position}.`;
    try {
      if (broken === undefined) {
        events.onNotice(
          `Training stopped at step ${at}: ${error.message} ${keptAt} Choose another device and resume, or reset and start anew.`,
        );
      } else {
        await pickDevice();
        // Any other error is only what a step came to whose device had gone.
        const why = error instanceof DeviceLost && error.message !== '' ? ` (${error.message})` : '';
        events.onNotice(
          `${DEVICE_TITLES[broken]} was lost at step ${at}${why}. ${keptAt} Resume goes on with ` +
            `${DEVICE_TITLES[chosen!.device]}; another device can be chosen first.`,
        );
      }
      rest();
    } catch (nothing) {
      events.onNotice((nothing as Error).message);
      enter('unusable');
    }
  }

  const record = keeper.kept();
  if (record !== null) takeOver(record);
  try {
    await pickDevice();
    rest();
  } catch (error) {
    events.onNotice((error as Error).message);
    enter('unusable');
  }

  return {
    state,
    configure(wishes) {
      if (phase !== 'idle') return;
      if (wishes.task !== undefined && wishes.task !== task) {
        task = wishes.task;
        settings = settingsOf(task);
      }
      settings = {
        ...settings,
        steps: wishes.steps ?? settings.steps,
        batch: wishes.batch ?? settings.batch,
      };
      events.onChange(state());
    },
    setTarget(next) {
      target = next;
      events.onChange(state());
    },
    async setDevice(next) {
      if (phase === 'running' || phase === 'stopping' || phase === 'preparing') return;
      close();
      enter('preparing');
      wanted = next;
      await attempt(async () => {
        await pickDevice();
        rest();
        events.onStatus(`${DEVICE_TITLES[chosen!.device]} is in use.`);
      });
    },
    async start() {
      close();
      enter('preparing');
      await attempt(async () => {
        await keeper.forget();
        events.onMasks(null);
        live = await open(null);
        await save(live);
        events.onStatus(`Training has started on ${DEVICE_TITLES[chosen!.device]}.`);
        await go(live);
      });
    },
    pause() {
      if (phase === 'running') enter('stopping');
    },
    async resume() {
      enter('preparing');
      await attempt(async () => {
        live ??= await open(keeper.kept());
        events.onStatus(`Goes on at step ${live.run.position()} on ${DEVICE_TITLES[chosen!.device]}.`);
        await go(live);
      });
    },
    async reset() {
      close();
      await keeper.forget();
      settings = settingsOf(task);
      events.onMasks(null);
      rest();
      events.onStatus('The run is gone; a new one can start.');
    },
    exportModel,
    async timePredictions() {
      if (phase !== 'paused' && phase !== 'finished') return;
      enter('preparing');
      try {
        times = await timePredictions(await exportModel(), await loadData(), breathe);
        events.onStatus(spokenTimes(times));
      } catch (error) {
        events.onNotice(`Predictions could not be timed: ${(error as Error).message}`);
      }
      rest();
    },
  };
}
