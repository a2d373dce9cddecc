import { legible } from '@synaprune/core/checks';
import type { RunResult, RunSpec } from '../run.js';
import { problemOf } from '../store/stored-run.js';
import type { ChildMessage, ChildOrder } from './messages.js';

/** Carries out runs, one at a time; opened once for a process. */
export interface Carrier {
  /** Name and version of what computes. */
  readonly runtime: string;
  carryOut(spec: RunSpec): Promise<RunResult>;
}

/**
 * Makes this process, started by a {@link createChild}, carry out the runs that its parent orders. It ends with its
 * parent, and leaves Ctrl-C to it.
 */
export async function serveRuns(open: () => Promise<Carrier>): Promise<void> {
  process.on('SIGINT', () => {});
  process.on('disconnect', () => process.exit(0));
  const say = (message: ChildMessage) => process.send?.(message);
  try {
    const carrier = await open();
    process.on('message', async ({ spec }: ChildOrder) => {
      say(await carryOut(carrier, spec));
    });
    say({ kind: 'ready', runtime: carrier.runtime });
  } catch (error) {
    say({ kind: 'unready', message: messageOf(error) });
  }
}

async function carryOut(carrier: Carrier, spec: RunSpec): Promise<ChildMessage> {
  if (spec.runtime !== carrier.runtime) {
    return { kind: 'failed', message: `the run needs ${spec.runtime}, this process has ${carrier.runtime}` };
  }
  try {
    const result = await carrier.carryOut(spec);
    const problem = problemOf(result);
    if (problem === null) return { kind: 'done', result };
    return { kind: 'failed', message: `its result cannot be stored: ${problem}` };
  } catch (error) {
    const { cause } = error as Error;
    return {
      kind: 'failed',
      message: messageOf(error),
      ...(cause instanceof Error ? { detail: cause.message } : {}),
    };
  }
}

function messageOf(error: unknown): string {
  return legible(error instanceof Error ? error.message : String(error));
}
