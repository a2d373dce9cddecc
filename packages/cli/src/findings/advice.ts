import type { Findings, Trained } from './findings.js';

/** Agreement under which it is told what helps. */
const LOW = 0.95;

/** As fast as before, within what such a measurement can tell. */
const NO_FASTER = 1.1;

/** Runtimes' kernels take channels in blocks of so many, and others at a loss. */
const BLOCK = 8;

/** Something that helps: what it does, and the command line to begin with where there is one. */
export interface Advice {
  readonly text: string;
  readonly line?: string;
}

/** What helps a model that no longer answers as before, or that is smaller and no faster; nothing where nothing is amiss. */
export function adviceOn(findings: Findings): readonly Advice[] {
  return [...adviceOnSpeed(findings), ...adviceOnAnswers(findings)];
}

function adviceOnSpeed({ command, speedup, removed }: Findings): readonly Advice[] {
  if (command !== 'shrink' || speedup === null || speedup >= NO_FASTER) return [];
  const odd = removed.filter(
    ({ kind, total, removed: gone }) => kind === 'channels' && total > BLOCK && (total - gone) % BLOCK !== 0,
  );
  if (odd.length === 0) return [];
  return [
    {
      text:
        `Channels by eights, by --multiple-of ${BLOCK}: a run is about as fast as before, and ${odd.length} of ` +
        `${removed.length} groups keep a number of channels that convolutions are slow on.`,
    },
  ];
}

function adviceOnAnswers({
  command,
  model,
  out,
  agreement,
  removed,
  notices,
  trained,
}: Findings): readonly Advice[] {
  if (agreement === null || agreement >= LOW || command === 'compare') return [];
  const told = (code: string) => notices.some((notice) => notice.code === code);
  if (told('noise-inputs')) {
    return [
      { text: 'Real inputs: what a model does to noise says little, and nothing can be fitted to it.' },
    ];
  }
  const more = told('few-samples')
    ? [{ text: 'More inputs: some layers saw fewer samples than they have weights to fit.' }]
    : [];
  if (command === 'finetune') return [...more, ...(trained === undefined ? [] : adviceOnTraining(trained))];
  const unit = removed.some(({ kind }) => kind !== 'weights') ? 'channel' : 'weight';
  return [
    ...more,
    ...(command === 'shrink'
      ? [
          {
            text: 'A scan: layers that bear less then keep more, by --scan scan.json.',
            line: `synaprune scan ${quoted(model)} --unit ${unit} --inputs … --out scan.json`,
          },
        ]
      : []),
    {
      text: 'Training on, without labels: what was lost is learned again from the model before.',
      line: `synaprune finetune ${quoted(out ?? 'small.onnx')} --teacher ${quoted(model)} --inputs … --out tuned.onnx`,
    },
    {
      text:
        command === 'prune' ? 'A lower --sparsity, or shrink, which refits what stays.' : 'A larger --keep.',
    },
  ];
}

/** What would have made it learn more: more of what ended it, and less of what it lost on the way. */
const LEARNS_MORE: Readonly<Record<Trained['endedBy'], (steps: number) => string>> = {
  steps: () => 'More --steps',
  seconds: () => 'More --seconds',
  'usual steps': (steps) => `More steps than the usual ${steps}, by --steps or --seconds`,
  'no gain': () => 'More inputs, or others: nothing got better any more by these',
  setbacks: () => 'A lower --learning-rate',
};

function adviceOnTraining({ endedBy, steps, pruned }: Trained): readonly Advice[] {
  return [{ text: `${LEARNS_MORE[endedBy](steps)}.` }, ...(pruned ? [{ text: 'A lower --sparsity.' }] : [])];
}

function quoted(path: string): string {
  return /^[\w./\\:@%+-]+$/.test(path) ? path : `'${path.replaceAll("'", String.raw`'\''`)}'`;
}
