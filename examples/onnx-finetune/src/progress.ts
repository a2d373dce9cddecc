import { percent } from '@synaprune/examples-kit/format';
import { BAR_LOOK } from '@synaprune/examples-kit/terminal/bar-look';
import { printLine } from '@synaprune/examples-kit/terminal/terminal';
import { SingleBar } from 'cli-progress';
import pc from 'picocolors';
import type { Watcher } from './experiment.js';
import type { Version } from './results.js';

/** Shows how far a run is: a bar that moves on a terminal, a line now and then anywhere else. */
export function createProgress(
  steps: number,
  stream: NodeJS.WriteStream,
): Omit<Watcher, 'version'> & { version(version: Version): void; close(): void } {
  const print = (text: string) => printLine(text, stream);
  const bar = stream.isTTY
    ? new SingleBar({
        stream,
        format: `  ${pc.cyan('{bar}')} {value}/{total} steps  {note}`,
        ...BAR_LOOK,
        barsize: 24,
        clearOnComplete: true,
      })
    : null;
  const every = Math.max(1, Math.round(steps / 20));
  return {
    phase: (text) => print(pc.dim(`  ${text}`)),
    step: (step, loss, sparsity) => {
      const note = `loss ${loss.toFixed(3)}, ${percent(sparsity, 0)} pruned`;
      if (bar !== null) {
        if (!bar.isActive) bar.start(steps, step, { note: '' });
        bar.update(step + 1, { note });
      } else if ((step + 1) % every === 0) print(`  step ${step + 1} of ${steps}: ${note}`);
    },
    version: ({ arm, sparsity, scores }) => {
      bar?.stop();
      print(
        `  ${arm} ${percent(sparsity)}: ${percent(scores.sameLines)} of the lines as dense, ` +
          `${percent(scores.rightLines)} right`,
      );
    },
    close: () => bar?.stop(),
  };
}
