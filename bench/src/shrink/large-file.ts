import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Context } from '../context.js';
import { measure } from '../measure.js';
import { judged, type Row, rowOf } from '../row.js';
import { residualNetwork } from './residual-network.js';
import type { ShrinkChildReport } from './shrink-child.js';

/** What a process of its own takes to shrink a file of 44 million weights, against one that copies it. */
export async function measureLargeFile({ say, rounds }: Context, quick: boolean): Promise<Row[]> {
  const model = residualNetwork(quick ? 8 : 64);
  const elements = model.length / 4;
  say(`shrink, a file of ${(model.length / 2 ** 20).toFixed(0)} MiB`);
  const folder = await mkdtemp(join(tmpdir(), 'synaprune-bench-shrink-'));
  try {
    const [from, to] = [join(folder, 'model.onnx'), join(folder, 'out.onnx')];
    await writeFile(from, model);
    const script = fileURLToPath(new URL('./shrink-child.js', import.meta.url));
    const reports: ShrinkChildReport[] = [];
    const candidate = (work: 'copy' | 'shrink', name: string) => ({
      name,
      runElsewhere: async () => {
        const { stdout } = await promisify(execFile)(process.execPath, [script, work, from, to]);
        const report = JSON.parse(stdout) as ShrinkChildReport;
        if (work === 'shrink') reports.push(report);
        return report.nanoseconds;
      },
    });
    const [shrunk, copied] = await measure(
      [
        candidate('shrink', 'shrinkOnnx, read and written'),
        candidate('copy', 'reading and writing the file'),
      ],
      { samples: Math.min(7, rounds(elements).samples), warmups: 1 },
    );
    const peak = Math.max(...reports.map(({ peakBytes }) => peakBytes));
    const { startBytes, parameters } = reports[0]!;
    const reported = quick ? { reported: 'a smoke run, a smaller model' } : {};
    const megabytes = (bytes: number) => `${(bytes / 2 ** 20).toFixed(0)} MiB`;
    const memory = judged('shrink-memory', {
      group: 'shrink',
      work: 'shrinkOnnx: peak memory of the process, of the bytes of the file',
      elements,
      share: peak / model.length,
      samples: reports.length,
      note: `${megabytes(peak)} at most, ${megabytes(startBytes)} before the file was read, of ${megabytes(model.length)}`,
    });
    return [
      rowOf(shrunk!, copied!, {
        group: 'shrink',
        elements,
        goal: 'shrink-time',
        ...reported,
        note: `${(shrunk!.median / 1e6).toFixed(0)} ms against ${(copied!.median / 1e6).toFixed(0)}; ${parameters.before} to ${parameters.after} parameters`,
      }),
      quick ? { ...memory, verdict: 'reported: a smoke run, a smaller model' } : memory,
    ];
  } finally {
    await rm(folder, { recursive: true });
  }
}
