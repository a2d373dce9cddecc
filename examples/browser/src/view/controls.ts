import { DEVICE_TITLES, DEVICES, type Device } from '../device/devices';
import { count, moment } from '../format';
import { LIMITS } from '../parameters';
import type { Session } from '../session/session-api';
import type { Phase, SessionState } from '../session/state';
import type { TaskName } from '../tasks/task';
import { TASKS } from '../tasks/tasks';
import { showDeviceHint } from './device-hint';
import { byId, make, setText } from './elements';

const GO: Readonly<Record<Phase, string>> = {
  preparing: 'One moment …',
  idle: 'Start training',
  running: 'Pause',
  stopping: 'Pausing …',
  paused: 'Resume',
  finished: 'Train again',
  unusable: 'Cannot train here',
};

/** What becomes of the run, and how what belongs to it is freed: nothing where there is none. */
const FIXED: Readonly<Partial<Record<Phase, string>>> = {
  running:
    'Task, steps and batch size are those of this run. Paused, it can be Reset, which drops it and frees them.',
  paused: 'Task, steps and batch size are those of this run. Reset drops it and frees them.',
  finished:
    'Train again drops this run and begins the same anew. Reset drops it and frees task, steps and batch size.',
};

/** The form: writes what the user does into the session, and shows what it is doing. */
export function mountControls(session: () => Session | null): (state: SessionState) => void {
  const [task, device] = [byId<HTMLSelectElement>('task'), byId<HTMLSelectElement>('device')];
  const [target, steps, batch] = ['target', 'steps', 'batch'].map((id) => byId<HTMLInputElement>(id)) as [
    HTMLInputElement,
    HTMLInputElement,
    HTMLInputElement,
  ];
  const [go, reset] = [byId<HTMLButtonElement>('go'), byId<HTMLButtonElement>('reset')];
  task.append(...Object.values(TASKS).map(({ name, title }) => make('option', title, { value: name })));
  device.append(
    make('option', 'The best there is', { value: '' }),
    ...DEVICES.map((name) => make('option', DEVICE_TITLES[name], { value: name })),
  );
  for (const [input, { from, to }] of [
    [steps, LIMITS.steps],
    [batch, LIMITS.batch],
  ] as const) {
    Object.assign(input, { min: String(from), max: String(to), step: '1' });
  }

  task.addEventListener('change', () => session()?.configure({ task: task.value as TaskName }));
  device.addEventListener('change', () => void session()?.setDevice((device.value || null) as Device | null));
  target.addEventListener('input', () => session()?.setTarget(target.valueAsNumber / 100));
  steps.addEventListener('change', () => {
    if (steps.reportValidity()) session()?.configure({ steps: steps.valueAsNumber });
  });
  batch.addEventListener('change', () => {
    if (batch.reportValidity()) session()?.configure({ batch: batch.valueAsNumber });
  });
  reset.addEventListener('click', () => {
    // The button is about to be disabled, and would take the focus with it.
    go.focus();
    void session()?.reset();
  });
  // The browser has checked the numbers before it submits.
  byId<HTMLFormElement>('controls').addEventListener('submit', (event) => {
    event.preventDefault();
    const open = session();
    const phase = open?.state().phase;
    if (phase === 'running') open?.pause();
    else if (phase === 'paused') void open?.resume();
    else if (phase === 'idle' || phase === 'finished') void open?.start();
  });

  return (state) => {
    const { phase } = state;
    const busy = phase === 'preparing' || phase === 'stopping' || phase === 'unusable';
    const training = phase === 'running' || phase === 'stopping';
    task.value = state.task;
    setText(byId('task-hint'), TASKS[state.task].description);
    target.value = String(Math.round(100 * state.target));
    setText(byId('target-value'), `${target.value}\u00a0%`);
    target.setAttribute('aria-valuetext', `${target.value} per cent`);
    if (document.activeElement !== steps || phase !== 'idle') steps.value = String(state.steps);
    if (document.activeElement !== batch || phase !== 'idle') batch.value = String(state.batch);
    for (const field of [task, steps, batch]) field.disabled = phase !== 'idle';
    const fixed = byId('fixed-hint');
    // While something is on its way it stays as it was: a line that comes and goes moves all below it.
    if (phase !== 'preparing' && phase !== 'stopping') {
      fixed.hidden = FIXED[phase] === undefined;
      setText(fixed, FIXED[phase] ?? '');
    }
    device.value = state.wanted ?? '';
    device.disabled = training || busy;
    showDeviceHint(state);
    setText(go, GO[phase]);
    // Never really disabled: a button that is loses the focus of whoever pressed it.
    go.setAttribute('aria-disabled', String(busy));
    reset.disabled = training || busy || phase === 'idle';
    showProgress(state);
  };
}

/** How far the run is, in words and as a bar. */
export function showProgress({ phase, position, steps, stepsPerSecond, savedAt }: SessionState): void {
  const bar = byId<HTMLProgressElement>('progress');
  bar.value = position / steps;
  const speed = stepsPerSecond === null ? '' : `, ${stepsPerSecond.toPrecision(2)} a second`;
  setText(
    byId('progress-text'),
    phase === 'idle' ? 'Not started' : `Step ${count(position)} of ${count(steps)}${speed}`,
  );
  setText(
    byId('saved'),
    savedAt === null ? '' : `Saved in this browser ${moment(savedAt)}; a reload goes on from there.`,
  );
}
