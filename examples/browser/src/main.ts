import { mountDrop } from './drop/mount-drop';
import { readParameters } from './parameters';
import { openSession } from './session/session';
import type { Session } from './session/session-api';
import type { SessionState } from './session/state';
import { TASKS } from './tasks/tasks';
import { mountCharts } from './view/charts';
import { mountControls, showProgress } from './view/controls';
import { mountDownload } from './view/download';
import { byId, setText } from './view/elements';
import { showHistory, showSources, showTiles } from './view/figures';
import { mountMasks } from './view/masks';
import { mountNotice } from './view/notice';
import { mountPlaces } from './view/places';
import { showResult } from './view/result';
import { mountScrollers } from './view/scrollers';
import { mountTheme } from './view/theme';
import { mountTimes } from './view/times';

/** Milliseconds between two drawings of the charts while training. */
const DRAWING_MS = 125;

let session: Session | null = null;
let drawn = 0;
const notice = mountNotice();
const [charts, masks] = [mountCharts(), mountMasks()];
const showControls = mountControls(() => session);
const showDownload = mountDownload(() => session, notice);
const showTimes = mountTimes(() => session);

function showRun(state: SessionState): void {
  showTiles(state);
  charts.show(TASKS[state.task], state.history, state.steps);
  showHistory(TASKS[state.task], state.history);
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
mountPlaces(() => {
  masks.redraw();
  charts.redraw();
});
mountScrollers();
mountTheme(() => {
  masks.redraw();
  charts.redraw();
});
addEventListener('resize', () => masks.redraw());
masks.show(null);

session = await openSession(parameters, {
  onChange(state) {
    showControls(state);
    showDownload(state);
    showTimes(state);
    showRun(state);
    showResult(state);
  },
  onProgress(state) {
    if (performance.now() - drawn < DRAWING_MS) return;
    drawn = performance.now();
    showProgress(state);
    showRun(state);
    if (state.before !== null) showResult(state);
  },
  onMasks: masks.show,
  onNotice: notice,
  onStatus: (text) => setText(byId('status'), text),
});
