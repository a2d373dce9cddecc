import { legible } from '@synaprune/core/checks';
import { portion } from '@synaprune/examples-kit/format';
import { DEVICE_TITLES, type Device } from '../device/devices';
import { DeviceLost } from '../device/watch-loss';
import { openKeeper } from '../keeping/keeper';
import type { RunRecord } from '../keeping/record';
import { layerWeights } from '../moments/layer-weights';
import { momentBefore } from '../moments/moment';
import type { Parameters } from '../parameters';
import type { TaskData, TaskName } from '../tasks/task';
import { TASKS } from '../tasks/tasks';
import { breathe } from './breathe';
import { createDeviceChoice } from './device-choice';
import { closeLive, type Live, NOTHING_YET, openLive, pruneLiveOn, recordOf, weightsOf } from './live';
import type { Session } from './session-api';
import type { Phase, SessionEvents, SessionState } from './state';
import { type PredictionTimes, spokenTimes, timePredictions } from './time-predictions';
import { train } from './train';
import { wishesOf } from './wishes';

/** Opens the session: finds a device, and the run of an earlier visit if there is one. */
export async function openSession(parameters: Parameters, events: SessionEvents): Promise<Session> {
  const keeper = await openKeeper(events.onNotice);
  const devices = createDeviceChoice(parameters.backend, events.onNotice);
  const loadedData = new Map<TaskName, TaskData>();
  let phase: Phase = 'preparing';
  const wishes = wishesOf(parameters);
  let { task, target } = wishes;
  let settings = wishes.settingsOf(task);
  let live: Live | null = null;
  let speed: number | null = null;
  let times: PredictionTimes | null = null;

  function state(): SessionState {
    const record = keeper.kept();
    const { history, before, after, dense, moments } = live ?? record ?? NOTHING_YET;
    return {
      phase,
      task,
      ...settings,
      target,
      wanted: devices.wanted(),
      chosen: devices.chosen(),
      position: history.losses.length,
      history,
      before,
      after,
      dense,
      moments,
      times,
      reference: loadedData.get(task)?.reference ?? null,
      stepsPerSecond: phase === 'running' ? speed : null,
      savedAt: keeper.savedAt(),
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
    showRecord(record);
  }

  function showNothing(): void {
    events.onMasks(null, null);
    events.onWeights(null);
  }

  function showRecord(record: RunRecord): void {
    events.onMasks(record.masks, momentBefore(record.moments, record.position));
    events.onWeights({
      pruned: layerWeights(record.artifacts),
      dense: layerWeights(record.twin ?? record.artifacts),
    });
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

  const device = (): Device => devices.chosen()!.device;

  async function open(record: RunRecord | null): Promise<Live> {
    const data = await loadData();
    return openLive({
      task: TASKS[task],
      data,
      settings,
      target: () => target,
      device: device(),
      record,
    });
  }

  async function exportModel(): Promise<RunRecord['artifacts']> {
    live ??= await open(keeper.kept());
    return live.run.save({ optimizer: false });
  }

  async function save(from: Live): Promise<void> {
    await keeper.keep(await recordOf(from, { task, target, device: device() }));
  }

  async function go(current: Live): Promise<void> {
    const [begun, first] = [performance.now(), current.run.position()];
    enter('running');
    const told = new Set<string>();
    const training = train(current, {
      pausing: () => phase !== 'running',
      breathe,
      save: () => save(current),
      branch: async (run) => current.reopen(await run.save({ optimizer: true }), () => 0),
      async onMasks(masks) {
        events.onMasks(masks, momentBefore(current.moments, current.run.position()));
        events.onWeights(await weightsOf(current));
      },
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
      const broken = devices.chosen()?.device;
      close();
      enter('preparing');
      if (gone && broken !== undefined) {
        devices.lose(broken, error instanceof DeviceLost ? error.message : '');
      }
      await explain(error as Error, gone ? broken : undefined, at);
    }
  }

  async function explain(error: Error, broken: Device | undefined, at: number): Promise<void> {
    const record = keeper.kept();
    if (record !== null) showRecord(record);
    const keptAt =
      record === null ? 'Nothing of it was saved.' : `The run is kept as it was at step ${record.position}.`;
    try {
      if (broken === undefined) {
        events.onNotice(
          `Training stopped at step ${at}: ${legible(error.message, 200)} ${keptAt} Choose another device and resume, or reset and start anew.`,
        );
      } else {
        await devices.pick();
        events.onNotice(
          `${DEVICE_TITLES[broken]} was lost at step ${at}. ${keptAt} Resume goes on with ` +
            `${DEVICE_TITLES[device()]}; another device can be chosen first.`,
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
    await devices.pick();
    rest();
  } catch (error) {
    events.onNotice((error as Error).message);
    enter('unusable');
  }

  return {
    state,
    configure(given) {
      if (phase !== 'idle') return;
      if (given.task !== undefined && given.task !== task) {
        task = given.task;
        settings = wishes.settingsOf(task);
      }
      const { steps = settings.steps, batch = settings.batch } = given;
      settings = { ...settings, steps, batch };
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
      devices.want(next);
      await attempt(async () => {
        await devices.pick();
        rest();
        events.onStatus(`${DEVICE_TITLES[device()]} is in use.`);
      });
    },
    async start() {
      close();
      enter('preparing');
      await attempt(async () => {
        await keeper.forget();
        showNothing();
        live = await open(null);
        await save(live);
        events.onStatus(`Training has started on ${DEVICE_TITLES[device()]}.`);
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
        events.onStatus(`Goes on at step ${live.run.position()} on ${DEVICE_TITLES[device()]}.`);
        await go(live);
      });
    },
    async reset() {
      close();
      await keeper.forget();
      // A run that was kept hid what the address says.
      if (parameters.version !== null) ({ task, target } = wishes);
      settings = wishes.settingsOf(task);
      showNothing();
      rest();
      events.onStatus('The run is gone; a new one can start.');
    },
    exportModel,
    async pruneOn() {
      if (phase !== 'finished') return;
      enter('preparing');
      await attempt(async () => {
        live ??= await open(keeper.kept());
        await pruneLiveOn(live, { breathe, told: () => events.onProgress(state()) });
        await save(live);
        rest();
        events.onStatus(`Pruned on to ${portion(live.moments.at(-1)!.sparsity)}.`);
      });
    },
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
