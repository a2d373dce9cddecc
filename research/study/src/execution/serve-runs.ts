import { legible } from '@synaprune/core/checks';
import type { RunKind } from '../store/run-kind.js';
import type { ChildMessage, ChildOrder } from './messages.js';

/** Carries out runs, one at a time; opened once for a process. */
export interface Carrier<Spec, Result> {
  /** Name and version of what computes. */
  readonly runtime: string;
  carryOut(spec: Spec): Promise<Result>;
}

/** A run that says what it is to be computed with. */
interface OfRuntime {
  readonly runtime: string;
}

/**
 * Makes this process, started by a {@link createChild}, carry out the runs that its parent orders. It ends with its
 * parent, and leaves Ctrl-C to it.
 */
export async function serveRuns<Spec extends OfRuntime, Result>(
  kind: RunKind<Spec, Result>,
  open: () => Promise<Carrier<Spec, Result>>,
): Promise<void> {
  process.on('SIGINT', () => {});
  process.on('disconnect', () => process.exit(0));
  const say = (message: ChildMessage<Result>) => process.send?.(message);
  try {
    const carrier = await open();
    process.on('message', async ({ spec }: ChildOrder<Spec>) => {
      say(await carryOut(kind, carrier, spec));
    });
    say({ kind: 'ready', runtime: carrier.runtime });
  } catch (error) {
    say({ kind: 'unready', message: messageOf(error) });
  }
}

async function carryOut<Spec extends OfRuntime, Result>(
  kind: RunKind<Spec, Result>,
  carrier: Carrier<Spec, Result>,
  spec: Spec,
): Promise<ChildMessage<Result>> {
  if (spec.runtime !== carrier.runtime) {
    return { kind: 'failed', message: `the run needs ${spec.runtime}, this process has ${carrier.runtime}` };
  }
  try {
    const result = await carrier.carryOut(spec);
    const problem = kind.problemOf(result);
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
