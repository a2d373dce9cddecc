import { BAR_LOOK } from '@synaprune/examples-kit/terminal/bar-look';
import { nameText, printLine, terminalText } from '@synaprune/examples-kit/terminal/terminal';
import { SingleBar } from 'cli-progress';
import pc from 'picocolors';
import type { Pending } from './plan/pending.js';
import type { RunResult, RunSpec } from './run.js';
import { createTimeLeft, type Likeness, sayTime } from './time-left.js';

/** Shows how far it is with runs. */
export interface Progress<Spec = RunSpec, Result = RunResult> {
  /** Learns how long a run took in an earlier session. */
  learn(spec: Spec, result: Result): void;
  /** What there is to do from now on. */
  expect(pending: Pending<Spec>): void;
  done(spec: Spec, result: Result): void;
  failed(spec: Spec, message: string): void;
  close(): void;
}

/** What runs are called. */
export interface RunNames<Spec> {
  readonly keyOf: (spec: Spec) => string;
  /** For people, on a line. */
  readonly nameOf: (spec: Spec) => string;
  readonly likenessOf: Likeness<Spec>;
}

/** What is shown. */
interface State {
  readonly done: number;
  readonly total: number;
  readonly failed: number;
  /** `about 12 min left`; empty while nobody knows. */
  readonly left: string;
  /** The run that ended last. */
  readonly last: string;
}

interface Display {
  show(state: State): void;
  say(line: string): void;
  close(): void;
}

/** Between lines of a display that cannot move, milliseconds. */
const LINE_EVERY = 5000;

/** A bar that moves on a terminal; a line from time to time anywhere else; nothing when `quiet`. */
export function createRunProgress<Spec, Result extends { readonly seconds: number }>(
  stream: NodeJS.WriteStream,
  quiet: boolean,
  { keyOf, nameOf, likenessOf }: RunNames<Spec>,
): Progress<Spec, Result> {
  const display = quiet ? silence : stream.isTTY ? createBar(stream) : createLines(stream);
  const timeLeft = createTimeLeft(likenessOf);
  const started = performance.now();
  const waiting = new Map<string, Spec>();
  let [later, done, failed, work] = [0, 0, 0, 0];
  const show = (last: string) => {
    const ahead = timeLeft.work(waiting.values(), later);
    // As many side by side as it went so far, wherever they run.
    const speed = work / ((performance.now() - started) / 1000);
    const left =
      ahead === undefined || ahead === 0 || work === 0 ? '' : `about ${sayTime(ahead / speed)} left`;
    display.show({ done: done + failed, total: done + failed + waiting.size + later, failed, left, last });
  };
  return {
    learn: (spec, { seconds }) => timeLeft.learn(spec, seconds),
    expect(pending) {
      waiting.clear();
      for (const [key, spec] of pending.runs) waiting.set(key, spec);
      later = pending.later;
      show('');
    },
    done(spec, { seconds }) {
      waiting.delete(keyOf(spec));
      timeLeft.learn(spec, seconds);
      work += seconds;
      done += 1;
      show(nameOf(spec));
    },
    failed(spec, message) {
      waiting.delete(keyOf(spec));
      failed += 1;
      display.say(`${pc.red('failed')}: ${nameOf(spec)}: ${nameText(message, 500)}`);
      show(nameOf(spec));
    },
    close: () => display.close(),
  };
}

const silence: Display = { show() {}, say() {}, close() {} };

function createBar(stream: NodeJS.WriteStream): Display {
  const narrow = (stream.columns || 80) < 100;
  const bar = new SingleBar({
    stream,
    format: `  ${pc.cyan('{bar}')} {value}/{total} runs{failed}  {left}${narrow ? '' : pc.dim('  {last}')}`,
    ...BAR_LOOK,
    barsize: narrow ? 16 : 30,
    stopOnComplete: false,
    forceRedraw: true,
  });
  let shown = false;
  return {
    show({ done, total, failed, left, last }) {
      const payload = { left, last, failed: failed > 0 ? pc.red(`, ${failed} failed`) : '' };
      if (!shown) bar.start(total, done, payload);
      shown = true;
      bar.setTotal(total);
      bar.update(done, payload);
    },
    say(line) {
      stream.write(`\r\u001b[K  ${terminalText(line)}\n`);
    },
    close: () => bar.stop(),
  };
}

function createLines(stream: NodeJS.WriteStream): Display {
  let said = Number.NEGATIVE_INFINITY;
  return {
    show({ done, total, failed, left, last }) {
      const ends = done === total;
      // The first run tells how long the others may take.
      if (!ends && done !== 1 && performance.now() - said < LINE_EVERY) return;
      said = performance.now();
      const parts = [`${done}/${total} runs`, failed > 0 ? `${failed} failed` : '', ends ? '' : left, last];
      printLine(`  ${parts.filter((part) => part !== '').join('; ')}`, stream);
    },
    say: (line) => printLine(`  ${line}`, stream),
    close() {},
  };
}
