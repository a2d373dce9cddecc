import type { RuntimeName } from '../training/open-runtime.js';
import type { DataReach } from './data-reach.js';

/** What a process that trains is told when it is started. */
export interface ChildArguments {
  /** The fastest that loads when undefined. */
  readonly runtime: RuntimeName | undefined;
  readonly reach: DataReach;
}

/** As arguments of the process. */
export function argumentsOf(given: ChildArguments): string[] {
  return [JSON.stringify(given)];
}

/** {@link argumentsOf}, read by the process. */
export function readArguments(argv: readonly string[]): ChildArguments {
  const { runtime, reach } = JSON.parse(argv[0]!) as Partial<ChildArguments>;
  return { runtime, reach: reach! };
}
