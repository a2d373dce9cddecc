import { legible } from '@synaprune/core/checks';
import { DEVICES, type Device } from './device/devices';
import type { TaskName } from './tasks/task';

/** What the page's address may ask for. `null` where it says nothing. */
export interface Parameters {
  /** Of a shared link; `null` where the address is none. */
  readonly version: number | null;
  readonly task: TaskName | null;
  readonly backend: Device | null;
  readonly steps: number | null;
  readonly batch: number | null;
  /** Per cent. */
  readonly target: number | null;
  readonly seed: number | null;
}

/** What numbers may be, in the address and in the form. */
export const LIMITS = {
  steps: { from: 10, to: 20_000 },
  batch: { from: 1, to: 512 },
  target: { from: 0, to: 99 },
  seed: { from: 0, to: 1_000_000 },
} as const;

/** What a shared link means; another version may make another run of the same settings. */
export const LINK_VERSION = 1;

const NAMES = ['version', 'task', 'backend', 'steps', 'batch', 'target', 'seed'];

/** Reads an address's query. Whatever cannot be used is left out, and said. */
export function readParameters(query: string): {
  readonly parameters: Parameters;
  readonly complaints: readonly string[];
} {
  const given = new URLSearchParams(query);
  const complaints: string[] = [];
  const complain = (name: string, needed: string): null => {
    const got = legible(given.get(name) ?? '', 40);
    complaints.push(`The address's ${name} needs to be ${needed}, got “${got}”: left aside.`);
    return null;
  };
  const choice = <Value extends string>(name: string, values: readonly Value[]): Value | null => {
    const text = given.get(name);
    if (text === null) return null;
    return values.find((value) => value === text) ?? complain(name, `one of ${values.join(', ')}`);
  };
  const number = (name: keyof typeof LIMITS): number | null => {
    const text = given.get(name);
    if (text === null) return null;
    const { from, to } = LIMITS[name];
    const usable = /^\d+$/.test(text) && Number(text) >= from && Number(text) <= to;
    return usable ? Number(text) : complain(name, `a whole number from ${from} to ${to}`);
  };
  const version = given.get('version');
  if (version !== null && version !== String(LINK_VERSION)) {
    complaints.push(
      `This link is of version ${legible(version, 20)} of the page, and this is version ${LINK_VERSION}: its settings are taken as far as they ` +
        'are known here, and may come to another result.',
    );
  }
  const parameters = {
    version: version === null ? null : Number(version),
    task: choice<TaskName>('task', ['digits', 'forecast']),
    backend: choice<Device>('backend', DEVICES),
    steps: number('steps'),
    batch: number('batch'),
    target: number('target'),
    seed: number('seed'),
  };
  const unknown = [...given.keys()].filter((name) => !NAMES.includes(name));
  if (unknown.length > 0) {
    const [first = '', ...more] = unknown;
    const named = `${legible(first, 40)}${more.length === 0 ? '' : ` and ${more.length} more`}`;
    complaints.push(`The address may say ${NAMES.join(', ')}; ${named} means nothing here.`);
  }
  return { parameters, complaints };
}
