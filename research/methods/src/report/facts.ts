import { machineFacts } from '@synaprune/examples-kit/machine';
import { ARMS } from '../arms/arms.js';
import type { Plan } from '../plan.js';
import { taskOf } from '../task.js';

/** Where and when a comparison was made, and how to make it again. */
export interface Facts {
  /** ISO 8601. */
  readonly date: string;
  readonly machine: { readonly cpu: string; readonly cores: number; readonly platform: string };
  readonly versions: Readonly<Record<string, string>>;
  readonly command: string;
}

/** The facts of this machine, now. */
export function factsOf({ quick, seeds, runtime, tasks }: Plan): Facts {
  const { cpu, cores, node, platform, arch } = machineFacts();
  const { arms } = tasks[0]!;
  const packages = [runtime, ...tasks.map(({ task }) => taskOf(task).data)].map(
    (text) => text.split(' ') as [string, string],
  );
  return {
    date: new Date().toISOString(),
    machine: { cpu, cores, platform: `${platform} ${arch}` },
    versions: { node, ...Object.fromEntries(packages) },
    command: [
      'npm run methods --',
      ...(quick ? ['--quick'] : []),
      `--seeds ${seeds.length}`,
      ...(arms.length < ARMS.length ? [`--methods ${arms.join(',')}`] : []),
    ].join(' '),
  };
}
