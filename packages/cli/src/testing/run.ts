import { vi } from 'vitest';
import { runSynaprune } from '../run-synaprune.js';

/** What a run of the command line printed, and how it ended. */
export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs a command line in this process. */
export async function run(...argv: readonly string[]): Promise<Ran> {
  const printed = { out: '', err: '' };
  const catchAs = (name: 'out' | 'err') => (text: unknown) => {
    printed[name] += String(text);
    return true;
  };
  const spies = [
    vi.spyOn(process.stdout, 'write').mockImplementation(catchAs('out')),
    vi.spyOn(process.stderr, 'write').mockImplementation(catchAs('err')),
  ];
  try {
    const code = await runSynaprune(argv);
    return { code, ...printed };
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}
