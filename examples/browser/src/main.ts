import { mountCharts } from './charts/charts';
import { mountCurve } from './charts/curve';
import { showHistory, showSources, showTiles } from './charts/figures';
import { mountDrop } from './drop/mount-drop';
import { mountMasks } from './masks/masks';
import { mountUnit } from './masks/unit';
import { createShown } from './moments/shown';
import { readParameters } from './parameters';
import { mountReading } from './reading/reading';
import { mountWrong } from './reading/wrong';
import { openSession } from './session/session';
import type { Session } from './session/session-api';
import type { SessionState } from './session/state';
import { openedLink } from './share/link';
import { mountShare } from './share/share';
import { TASKS } from './tasks/tasks';
import { mountControls, showProgress } from './view/controls';
import { byId, setText } from './view/elements';
import { mountNotice } from './view/notice';
import { mountPlaces } from './view/places';
import { mountScrollers } from './view/scrollers';
import { mountScrubber } from './view/scrubber';
import { mountTheme } from './view/theme';
import { mountDownload } from './worth/download';
import { showResult } from './worth/result';
import { mountTimes } from './worth/times';
import { showWorth } from './worth/worth';

/** Milliseconds between two drawings of the charts while training. */
const DRAWING_MS = 125;

let session: Session | null = null;
let drawn = 0;
const notice = mountNotice();
const reading = mountReading();
const wrong = mountWrong((image, what) => {
  reading.place(image, what);
  byId('reading').scrollIntoView({ block: 'nearest' });
});
const unit = mountUnit();
const masks = mountMasks((clicked) => unit.look(clicked));
const charts = mountCharts();
const curve = mountCurve(() => session);
const shown = createShown({
  masks: masks.show,
  weights(weights, resting) {
    reading.use(weights, resting);
    unit.use(weights?.pruned ?? null);
    wrong.use(resting ? weights : null);
  },
});
const scrubber = mountScrubber((moment, preceding) => {
  shown.look(moment, preceding);
  if (session !== null) showTiles(session.state(), moment);
});
const showControls = mountControls(() => session);
const showDownload = mountDownload(() => session, notice);
const showTimes = mountTimes(() => session);
const showShare = mountShare(() => session, masks.picture, notice);

function showRun(state: SessionState): void {
  showTiles(state, shown.moment());
  charts.show(TASKS[state.task], state.history, state.steps);
  curve.show(state);
  showHistory(TASKS[state.task], state.history);
}

function redraw(): void {
  for (const view of [masks, charts, curve, reading, unit, wrong]) view.redraw();
}

addEventListener('unhandledrejection', ({ reason }) => {
  const message = reason instanceof Error ? reason.message : String(reason);
  notice(
    `Something went wrong that this page did not expect: ${message} Reload it to go on from what was saved.`,
  );
});
const { parameters, complaints } = readParameters(location.search);
for (const complaint of complaints) notice(complaint);
showSources();
mountDrop(byId('drop'));
mountPlaces(redraw);
mountScrollers();
mountTheme(redraw);
addEventListener('resize', () => masks.redraw());
masks.show(null, null);

session = await openSession(parameters, {
  onChange(state) {
    document.body.dataset.task = state.task;
    shown.rest(state.phase === 'finished' || state.phase === 'paused');
    showControls(state);
    showDownload(state);
    showTimes(state);
    showShare(state);
    scrubber.show(state);
    showRun(state);
    showResult(state);
    showWorth(state);
    const link = openedLink(parameters, state);
    byId('opened').hidden = link === null;
    setText(byId('opened'), link ?? '');
  },
  onProgress(state) {
    if (performance.now() - drawn < DRAWING_MS) return;
    drawn = performance.now();
    showProgress(state);
    showRun(state);
    if (state.before !== null) showResult(state);
  },
  onMasks: shown.masks,
  onWeights: shown.weights,
  onNotice: notice,
  onStatus: (text) => setText(byId('status'), text),
});
