import { PruneError } from '@synaprune/core';
import { inTerminal } from '../command-line';
import type { Request, Told } from '../protocol';
import { type DropState, EMPTY, type Lengths, type Wish } from '../state';
import { openFiles } from './opening/open-files';
import { RefusedError } from './opening/refused';
import { NotRunError } from './running/no-runtime';
import { messageOf } from './running/refusals';
import { createTurns } from './turn';
import { createWorkbench, type Workbench } from './workbench';

const OTHER = { weight: 'channel', channel: 'weight' } as const;

const turns = createTurns();
let workbench: Workbench | undefined;

const post = (told: Told, transfer: Transferable[] = []): void => self.postMessage(told, { transfer });
const tellAs = (turn: number) => (patch: Partial<DropState>) => post({ kind: 'patch', turn, patch });

addEventListener('message', ({ data }: MessageEvent<Request>) => {
  // Whoever is asked whether they are there answers at once.
  if (data.kind === 'ping') return post({ kind: 'pong' });
  if (data.kind === 'stop-scan') return turns.stop();
  const work = {
    open: () => open(data as Extract<Request, { kind: 'open' }>),
    make: () => make(data as Extract<Request, { kind: 'make' }>),
    scan: () => scan(data as Extract<Request, { kind: 'scan' }>),
    save: () => save(data as Extract<Request, { kind: 'save' }>),
  }[data.kind];
  work().catch((error: unknown) => tellAs(data.turn)({ busy: null, complaint: wordsOf(error) }));
});

function open({ turn, files, example, wish }: Extract<Request, { kind: 'open' }>): Promise<void> {
  turns.stop();
  return turns.now(async (breath) => {
    const tell = tellAs(turn);
    await workbench?.dispose();
    workbench = undefined;
    tell({ ...EMPTY, busy: 'Reading …' });
    const model = await openFiles(files, example);
    await breath.breathe();
    const opened = model.with(createWorkbench);
    const { none, name } = opened.look(tell);
    workbench = opened;
    if (none.weight !== null && none.channel !== null) {
      const why = `There is nothing in “${name}” to prune: ${none.weight}. Kernels of products and convolutions can be; embeddings, biases and what is quantised in a way of its own are left alone.`;
      return tell({ busy: null, complaint: why });
    }
    await breath.breathe();
    const possible = none[wish.unit] === null ? wish : { ...wish, unit: OTHER[wish.unit] };
    await makeIn(opened, possible, null, breath, tell);
  });
}

const make = ({ turn, wish, lengths }: Extract<Request, { kind: 'make' }>): Promise<void> =>
  turns.now(async (breath) => {
    if (workbench !== undefined) await makeIn(workbench, wish, lengths, breath, tellAs(turn));
  });

async function makeIn(
  opened: Workbench,
  wish: Wish,
  lengths: Lengths | null,
  breath: Parameters<Workbench['make']>[2],
  tell: (patch: Partial<DropState>) => void,
): Promise<void> {
  tell({ complaint: null });
  await opened.make(wish, lengths, breath, tell);
  tell({ busy: null });
}

const scan = ({ turn, unit }: Extract<Request, { kind: 'scan' }>): Promise<void> =>
  turns.meanwhile(async (breath) => {
    await workbench?.scan(unit, breath, tellAs(turn));
  });

/** At once, whatever else is done: what there is to save does not change while it is written. */
async function save({ turn, what }: Extract<Request, { kind: 'save' }>): Promise<void> {
  post({ kind: 'saved', turn, files: (await workbench?.save(what)) ?? [] });
}

/** What went wrong, in words. */
function wordsOf(error: unknown): string {
  if (error instanceof RefusedError || error instanceof NotRunError) return error.message;
  const said = messageOf(error);
  if (/out of memory|allocation failed|Array buffer allocation|Invalid (typed )?array length/i.test(said)) {
    return `The memory that browsers give to a page does not suffice for this model. The command line takes larger ones: ${inTerminal('shrink model.onnx')}.`;
  }
  if (error instanceof PruneError) return `This model cannot be taken: ${error.message}.`;
  return `Something went wrong that this page did not expect: ${said}. Drop the model again, or another one.`;
}
