import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type Context, isSmall } from '../context.js';
import { measure } from '../measure.js';
import { type Fitting, fittingCandidate } from '../onnx/adapter-candidates.js';
import type { FittingReport } from '../onnx/fitting-child.js';
import { fitInChromium } from '../onnx/fitting-in-chromium.js';
import { useNode } from '../onnx/runtimes.js';
import { TEN_MILLION, transformer } from '../onnx/transformer.js';
import { judged, type Row, rowOf, unmeasured } from '../row.js';

const ALL: readonly Fitting[] = ['everything', 'adapters', 'adapters, pruned'];
const MEMORY_STEPS = 5;

/** Steps of adapters against steps of the whole model: time in turns in one process, memory each in a process of its own. */
export async function measureAdapters({ sizes, rounds, say }: Context): Promise<Row[]> {
  const quick = isSmall({ sizes });
  const size = quick ? { ...TEN_MILLION, layers: 1 } : TEN_MILLION;
  const network = transformer(size);
  const { elements } = network;
  say(`adapters, a transformer of ${elements} weights`);
  const runtime = await useNode();
  const candidates = [];
  for (const fitting of ALL) candidates.push(await fittingCandidate(runtime, network, fitting));
  const { samples } = rounds(elements);
  const [everything, ...adapted] = await measure(
    candidates.map(({ candidate }) => candidate),
    { samples, warmups: 3, limitSeconds: 120 },
  );
  for (const { close } of candidates) await close();
  const smoke = quick ? { reported: 'a smoke run, another network' } : {};
  const rows = adapted.map((timing, index) =>
    rowOf(timing, everything!, {
      group: 'adapters',
      elements,
      work: `a step: ${timing.name}`,
      ...(index === 0 ? { goal: 'adapters-time', ...smoke } : {}),
    }),
  );
  const reports: FittingReport[] = [];
  for (const fitting of ALL) reports.push(await inChild(fitting, size.layers));
  say('adapters, in pages');
  const pages = await fitInChromium(ALL, size.layers, MEMORY_STEPS);
  const memory = (of: readonly FittingReport[], work: string, beyondWhat: string, goal?: string) => {
    const [whole, ...parts] = of as [FittingReport, ...FittingReport[]];
    return parts.map((part, index): Row => {
      const row = judged(index === 0 ? goal : undefined, {
        group: 'adapters',
        elements,
        work: `${work}: ${ALL[index + 1]}`,
        against: 'everything',
        share: beyond(part) / beyond(whole),
        note: `${mebibytes(beyond(part))} of ${mebibytes(beyond(whole))} beyond ${beyondWhat}; the whole processes ${mebibytes(part.peakBytes)} and ${mebibytes(whole.peakBytes)}`,
      });
      return quick && row.goal !== undefined
        ? { ...row, verdict: `reported: ${smoke.reported}` as const }
        : row;
    });
  };
  const inPages = 'peak memory of a page in Chromium, on wasm';
  return [
    ...rows,
    ...memory(reports, 'peak memory of training', 'the model and the runtime', 'adapters-memory'),
    ...(pages === undefined
      ? [unmeasured({ group: 'adapters', elements }, inPages, 'no Chromium, or no Linux')]
      : memory(pages, inPages, 'the page')),
  ];
}

function beyond({ peakBytes, before }: FittingReport): number {
  return peakBytes - before;
}

function mebibytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(0)} MiB`;
}

async function inChild(fitting: Fitting, layers: number): Promise<FittingReport> {
  const script = fileURLToPath(new URL('../onnx/fitting-child.js', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [
    script,
    fitting,
    String(layers),
    String(MEMORY_STEPS),
  ]);
  return JSON.parse(stdout) as FittingReport;
}
