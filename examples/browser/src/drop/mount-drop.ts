import { fetchBytes } from '../data/fetch-bytes';
import { byId, setText } from '../view/elements';
import { chosenFiles, droppedFiles } from './page/dropped-files';
import { saveFiles } from './page/save-files';
import { statusOf } from './page/status';
import { createWorkerClient } from './page/worker-client';
import type { GivenFile } from './protocol';
import { type DropState, EMPTY, type ScanState, type Unit } from './state';
import { mountControls } from './view/controls';
import markup from './view/drop.html?raw';
import { showFacts } from './view/facts';
import { sentence, showFigures } from './view/figures';
import { showLayers } from './view/layers';

/** Milliseconds that a slider rests before its figures are made. */
const REST_MS = 150;

/** The model that comes with the page, gzipped, and its name. */
const EXAMPLE = { address: 'models/text-orientation.bin', name: 'text-orientation.onnx' };

/** Puts the place for models of one's own into the page: drop one, and a worker prunes it. */
export function mountDrop(section: HTMLElement): void {
  section.insertAdjacentHTML('beforeend', markup);
  let state: DropState = EMPTY;
  let given: { readonly files: readonly GivenFile[]; readonly example: boolean } | null = null;
  // A change that is to be made once the slider rests.
  let resting: ReturnType<typeof setTimeout> | undefined;
  let frame = 0;
  // Nobody is there to make anything before a model is opened, or once its worker is gone.
  let alive = false;
  // What is known about the layers, of both units.
  const scans: Partial<Record<Unit, ScanState>> = {};
  const zone = byId('drop-zone');
  const picker = byId<HTMLInputElement>('drop-files');
  const again = byId<HTMLButtonElement>('drop-again');

  const client = createWorkerClient({
    onPatch: patch,
    onSaved: saveFiles,
    onDeath: () =>
      giveUp(
        'The work on this model ended before its time, most likely for want of memory. The page goes on: open the model again, with smaller inputs where it leaves that open, or drop another one.',
      ),
    onSilence(seconds) {
      if (state.busy === null) return;
      complain(
        `The work on this model has not answered for ${seconds} s. It may only be slow; Open it again begins anew.`,
        true,
      );
    },
  });

  const controls = mountControls(() => {
    remake(REST_MS);
    // What goes has become another thing: its layers, too, are looked into.
    if (scans[controls.wish().unit] === undefined && state.answered !== null) startScan();
  });

  function remake(rest: number): void {
    clearTimeout(resting);
    if (alive && state.facts !== null) {
      state = { ...state, busy: 'One moment …' };
      resting = setTimeout(() => {
        resting = undefined;
        client.ask({ kind: 'make', wish: controls.wish(), lengths: controls.lengths() });
      }, rest);
    }
    draw();
  }

  function patch(part: Partial<DropState>): void {
    const before = state;
    state = { ...state, ...part };
    // What has just been asked for is still to come.
    if (resting !== undefined) state = { ...state, busy: before.busy };
    if (part.complaint !== undefined) complain(part.complaint, false);
    if (part.facts != null) {
      controls.reset(part.facts);
      for (const unit of ['weight', 'channel'] as const) delete scans[unit];
    }
    if (part.scan != null) {
      scans[part.scan.unit] = part.scan;
      const { unit, byLayer } = controls.wish();
      if (part.scan.state === 'done' && part.scan.unit === unit && byLayer) remake(0);
    }
    // Once it is known what a model is worth, what its layers bear is looked into by itself.
    if (before.firstFigures === null && state.firstFigures !== null && state.notRun === null) startScan();
    const status = statusOf(before, state);
    if (status !== null) setText(byId('drop-status'), status);
    draw();
  }

  function draw(): void {
    if (frame !== 0) return;
    frame = requestAnimationFrame(() => {
      frame = 0;
      const { unit } = controls.wish();
      const shown = { ...state, scan: scans[unit] ?? null };
      controls.show(shown);
      showFacts(shown);
      showFigures(shown);
      showLayers(shown, unit);
      showSaving();
    });
  }

  function showSaving(): void {
    for (const id of ['drop-save', 'drop-save-packed'])
      byId<HTMLButtonElement>(id).disabled = state.made === null;
    const tfjs = state.facts?.format === 'tfjs';
    setText(
      byId('drop-save-hint'),
      `${tfjs ? 'A model.json and its .bin files, to be kept in one folder.' : 'An ordinary .onnx file, of the same inputs and outputs.'} Packed, the same in one file of what pruning left; @synaprune/sparse/unpack reads it, 3\u00a0kB of code.`,
    );
    byId<HTMLButtonElement>('drop-scan-button').disabled = state.answered === null && state.scan === null;
  }

  function complain(text: string | null, retry: boolean): void {
    byId('drop-complaint').hidden = text === null;
    setText(byId('drop-complaint-text'), text === null ? '' : sentence(text));
    again.hidden = !retry;
    // It is said by itself; what was said before is over.
    if (text !== null) setText(byId('drop-status'), '');
  }

  function giveUp(text: string): void {
    client.restart();
    alive = false;
    state = { ...state, busy: null, scan: null };
    for (const unit of ['weight', 'channel'] as const) delete scans[unit];
    complain(text, given !== null);
    draw();
  }

  function open(files: readonly GivenFile[], example = false): void {
    given = { files, example };
    alive = true;
    clearTimeout(resting);
    resting = undefined;
    client.ask({ kind: 'open', files, example, wish: controls.wish() });
  }

  function startScan(): void {
    const { unit } = controls.wish();
    const other = unit === 'weight' ? 'channel' : 'weight';
    if (scans[other]?.state === 'running') delete scans[other];
    client.ask({ kind: 'scan', unit });
  }

  zone.addEventListener('dragover', (event) => {
    event.preventDefault();
    zone.classList.add('over');
  });
  zone.addEventListener('dragleave', () => zone.classList.remove('over'));
  // A file that misses the zone would be opened by the browser in place of this page.
  addEventListener('dragover', (event) => event.preventDefault());
  addEventListener('drop', async (event) => {
    event.preventDefault();
    zone.classList.remove('over');
    if (section.hidden || event.dataTransfer === null) return;
    open(await droppedFiles(event.dataTransfer));
  });
  picker.addEventListener('change', () => {
    if (picker.files !== null && picker.files.length > 0) open(chosenFiles(picker.files));
    // The same files can be chosen again.
    picker.value = '';
  });
  byId('drop-example').addEventListener('click', async () => {
    try {
      const bytes = await fetchBytes(EXAMPLE.address);
      open([{ path: EXAMPLE.name, file: new Blob([bytes as Uint8Array<ArrayBuffer>]) }], true);
    } catch (error) {
      complain((error as Error).message, false);
    }
  });
  again.addEventListener('click', () => {
    client.restart();
    if (given !== null) open(given.files, given.example);
  });
  byId('drop-scan-button').addEventListener('click', () => {
    if (scans[controls.wish().unit]?.state === 'running') client.ask({ kind: 'stop-scan' });
    else startScan();
  });
  byId('drop-save').addEventListener('click', () => client.ask({ kind: 'save', what: 'model' }));
  byId('drop-save-packed').addEventListener('click', () => client.ask({ kind: 'save', what: 'packed' }));
}
