import { SingleBar } from 'cli-progress';
import pc from 'picocolors';

/** Tells how far a run is: bars on the error stream where that is a terminal, nothing anywhere else. */
export interface Progress {
  /** What is being done, `done` of `total` of it, and where that is. */
  tell(stage: string, done?: number, total?: number, note?: string): void;
  close(): void;
}

/** Bars of a terminal that move in place, one for each stage. */
export function createProgress(stream: NodeJS.WriteStream = process.stderr): Progress {
  if (!stream.isTTY) return { tell: () => {}, close: () => {} };
  let bar: SingleBar | undefined;
  let current = '';
  return {
    tell(stage, done = 0, total = 1, note = '') {
      if (stage !== current) {
        bar?.stop();
        current = stage;
        bar = new SingleBar({
          stream,
          format: `  ${pc.cyan('{bar}')} {stage} {note}`,
          barCompleteChar: '━',
          barIncompleteChar: '─',
          barsize: 24,
          clearOnComplete: true,
          // Whatever ends the program, the cursor is there.
          hideCursor: false,
        });
        bar.start(Math.max(total, 1), done, { stage, note });
      }
      bar?.setTotal(Math.max(total, 1));
      bar?.update(done, { note });
    },
    close() {
      bar?.stop();
      bar = undefined;
      current = '';
    },
  };
}
