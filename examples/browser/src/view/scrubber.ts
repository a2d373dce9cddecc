import { kilobytes, portion } from '@synaprune/examples-kit/format';
import { count } from '../format';
import type { Moment } from '../moments/moment';
import type { SessionState } from '../session/state';
import { TASKS } from '../tasks/tasks';
import { byId, setText } from './elements';

/** The slider that goes through what a run was. */
export interface Scrubber {
  show(state: SessionState): void;
}

/** Milliseconds that a moment stays while the run is played. */
const STAY_MS = 260;

/**
 * Mounts the slider. Calls back with the moment that it stands at, and the one before that; with `null` where it stands
 * at the run as it is now.
 */
export function mountScrubber(onMoment: (moment: Moment | null, preceding: Moment | null) => void): Scrubber {
  const slider = byId<HTMLInputElement>('moment');
  const play = byId<HTMLButtonElement>('play');
  let state: SessionState | null = null;
  let timer = 0;
  /** How many moments there were when last shown: a run adds to the list it hands out. */
  let known = 0;
  /** Whether the slider was moved away from the run as it is now. */
  let away = false;

  const moments = (): readonly Moment[] => state?.moments ?? [];
  const now = (): number => moments().findLastIndex(({ onward }) => !onward);
  const standing = (): boolean => state?.phase === 'finished' || state?.phase === 'paused';

  function stop(): void {
    clearInterval(timer);
    timer = 0;
    setText(play, 'Play the run');
  }

  function say(): void {
    const moment = moments()[slider.valueAsNumber];
    const text =
      moment === undefined || state === null ? 'There is nothing to go through yet.' : words(moment, state);
    setText(byId('moment-text'), text);
    slider.setAttribute('aria-valuetext', text);
  }

  function move(index: number): void {
    slider.value = String(index);
    away = index !== now();
    say();
    if (away) onMoment(moments()[index]!, moments()[index - 1] ?? null);
    else onMoment(null, null);
  }

  slider.addEventListener('input', () => {
    stop();
    move(slider.valueAsNumber);
  });
  play.addEventListener('click', () => {
    if (!standing() || moments().length < 2) return;
    if (timer !== 0) return stop();
    if (slider.valueAsNumber >= moments().length - 1 || !away) move(0);
    setText(play, 'Stop');
    timer = window.setInterval(() => {
      const next = slider.valueAsNumber + 1;
      if (next < moments().length) move(next);
      if (next >= moments().length - 1) stop();
    }, STAY_MS);
  });

  return {
    show(given) {
      state = given;
      const usable = standing() && moments().length > 1;
      slider.max = String(Math.max(0, moments().length - 1));
      slider.disabled = !usable;
      play.setAttribute('aria-disabled', String(!usable));
      if (!usable || moments().length !== known) {
        known = moments().length;
        stop();
        const was = away;
        slider.value = String(Math.max(0, now()));
        away = false;
        if (was) onMoment(null, null);
      }
      say();
    },
  };
}

function words({ step, sparsity, score, packed, onward }: Moment, { task }: SessionState): string {
  const { metric } = TASKS[task];
  const when = onward ? `Pruned on to step ${count(step)}` : `Step ${count(step)}`;
  const found = `${metric.name.toLowerCase()} ${metric.format(score)}`;
  return `${when}: ${portion(sparsity)} dropped, ${found}, ${kilobytes(packed.length)}`;
}
