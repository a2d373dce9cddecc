import { fork } from 'node:child_process';
import { PruneError } from '@synaprune/core';
import type { RunResult } from '../run.js';
import type { ChildMessage, ChildOrder } from './messages.js';

/** How a process that carries out runs is started. */
export interface ChildProgram {
  /** Path of the program: one that calls `serveRuns`. */
  readonly path: string;
  readonly args: readonly string[];
}

/** What came of a run: a result, a message of its own, or the end of the process. */
export type Ending<Result = RunResult> =
  | { readonly kind: 'done'; readonly result: Result }
  | { readonly kind: 'failed'; readonly message: string; readonly detail?: string }
  | { readonly kind: 'crashed'; readonly message: string };

/** A process that carries out runs, one at a time. */
export interface Child<Spec, Result> {
  /** Its number. */
  readonly id: number | undefined;
  /** Resolves with the name of its runtime, rejects when it cannot start. */
  readonly ready: Promise<string>;
  /** Carries out a run. Never rejects; the process is of no more use once it `crashed`. */
  carryOut(spec: Spec): Promise<Ending<Result>>;
  /** Ends the process at once. Resolves when it is gone. */
  kill(): Promise<void>;
}

/** Bytes of what a process complained about that are kept, to tell why it ended. */
const COMPLAINT = 2000;

/** Starts a process. */
export function createChild<Spec, Result>({ path, args }: ChildProgram): Child<Spec, Result> {
  const child = fork(path, args, {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    env: { ...process.env, ORT_DISABLE_TELEMETRY: '1' },
    execArgv: [],
  });
  let complaint = '';
  child.stderr!.setEncoding('utf8').on('data', (text: string) => {
    complaint = (complaint + text).slice(-COMPLAINT);
  });
  // A message to a process that has just died is no error: its end is told by `exit`.
  child.on('error', () => {});
  const gone = new Promise<string>((resolve) => {
    child.on('close', (code, signal) => {
      const how = signal === null ? `ended with ${code}` : `was ended by ${signal}`;
      const last = complaint.trim().split('\n').at(-1);
      resolve(`the process ${how}${last ? `: ${last}` : ''}`);
    });
  });
  const hear = () =>
    new Promise<ChildMessage<Result>>((resolve) => {
      child.once('message', (message) => resolve(message as ChildMessage<Result>));
    });
  const ready = Promise.race([hear(), gone]).then((message) => {
    if (typeof message === 'object' && message.kind === 'ready') return message.runtime;
    const why = typeof message === 'object' && 'message' in message ? message.message : String(message);
    throw new PruneError('unsupported', `a training process could not start: ${why}`);
  });
  // Whoever asks is told; nobody asking is no reason to end this process.
  ready.catch(() => {});
  return {
    id: child.pid,
    ready,
    async carryOut(spec) {
      const answer = hear();
      child.send({ spec } satisfies ChildOrder<Spec>, () => {});
      const message = await Promise.race([answer, gone]);
      if (typeof message === 'string') return { kind: 'crashed', message };
      return message as Ending<Result>;
    },
    async kill() {
      child.kill('SIGKILL');
      await gone;
    },
  };
}
