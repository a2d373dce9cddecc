import { PruneError, readSelect, type Select, type Selector, selectWeights } from '@synaprune/core';
import { didYouMean, listNames, quote } from '@synaprune/core/checks';
import type { ChannelGroups } from '../plan/groups.js';
import type { Analysis } from './analysis.js';
import { heldError, type KeepByName } from './options.js';

interface Named {
  readonly name: string;
  readonly shape: readonly number[];
  /** Of what it names. */
  readonly groups: readonly number[];
}

/**
 * Which groups may lose channels: 1, or 0.
 *
 * @throws PruneError `held-channels` when a name is that of channels that stay; `unmatched-selector`
 */
export function selectGroups(caller: string, analysis: Analysis, select: Select | undefined): Uint8Array {
  const { channels, byName } = analysis;
  const { include, exclude, minElements = 0 } = readSelect(caller, select);
  const made = namesOf(analysis, ['makes']);
  const touched = namesOf(analysis, ['makes', 'reads']);
  for (const selector of [...(include ?? []), ...exclude]) requireFree(caller, channels, made, selector);
  const selected = new Uint8Array(channels.groups.length).fill(include === undefined ? 1 : 0);
  for (const { groups } of include === undefined ? [] : selectWeights(made, include)) {
    for (const group of groups) selected[group] = 1;
  }
  for (const { groups } of selectWeights(touched, exclude)) for (const group of groups) selected[group] = 0;
  for (const [i, { members }] of channels.groups.entries()) {
    const elements = members
      .filter(({ side }) => side === 'makes')
      .reduce((sum, { tensor }) => sum + byName.get(tensor.name)!.shape.reduce((a, b) => a * b, 1), 0);
    if (elements < minElements) selected[i] = 0;
  }
  return selected;
}

/** Groups by their own names and by those of tensors. */
function namesOf({ channels, byName }: Analysis, sides: readonly string[]): Named[] {
  const byTensor = new Map<string, Set<number>>();
  for (const [group, { members }] of channels.groups.entries()) {
    for (const { tensor, side } of members) {
      if (!sides.includes(side)) continue;
      byTensor.set(tensor.name, (byTensor.get(tensor.name) ?? new Set()).add(group));
    }
  }
  return [
    ...channels.groups.map((group, i) => ({ name: group.name, shape: [group.channels], groups: [i] })),
    ...[...byTensor].map(([name, groups]) => ({
      name,
      shape: byName.get(name)!.shape,
      groups: [...groups],
    })),
  ];
}

/** A name that is told of what stays is told why. */
function requireFree(
  caller: string,
  { held }: ChannelGroups,
  names: readonly Named[],
  selector: Selector,
): void {
  if (typeof selector !== 'string' || names.some(({ name }) => name === selector)) return;
  const found = held.find(({ name }) => name === selector || name.startsWith(`${selector}[`));
  if (found !== undefined) throw heldError(caller, quote(selector), found.heldBy);
}

/**
 * What stays of each group: a fraction, or the numbers of its channels.
 *
 * @throws RangeError when a group has no channel of a number
 * @throws TypeError when `select` leaves out a group that is named
 * @throws PruneError `held-channels` | `unmatched-selector` when a name is that of no group that can lose channels
 */
export function keepOf(
  caller: string,
  { channels }: Analysis,
  selected: Uint8Array,
  keep: number | KeepByName,
): readonly (number | readonly number[])[] {
  if (typeof keep === 'number') return channels.groups.map((_, i) => (selected[i] === 1 ? keep : 1));
  const names = channels.groups.map(({ name }) => name);
  for (const name of Object.keys(keep)) {
    const group = names.indexOf(name);
    if (group >= 0 && selected[group] === 0) {
      throw new TypeError(`${caller} needs groups of keep to be selected; select leaves ${quote(name)} out`);
    }
    if (group >= 0) continue;
    const held = channels.held.find((each) => each.name === name);
    if (held !== undefined) throw heldError(caller, quote(name), held.heldBy);
    throw new PruneError(
      'unmatched-selector',
      `${caller} knows no group ${quote(name)} for keep${nearest(name, names)}; there are ` +
        (names.length === 0 ? 'none' : listNames(names)),
    );
  }
  return channels.groups.map(({ name, channels: count }, i) => {
    const own = selected[i] === 1 && Object.hasOwn(keep, name) ? keep[name]! : 1;
    const last = typeof own === 'number' ? undefined : own.at(-1);
    if (last === undefined || last < count) return own;
    throw new RangeError(`${caller} needs channels of ${quote(name)} below ${count}, got ${last}`);
  });
}

/** The group that was meant: that of a tensor which was named without its axis, or one of nearly the same name. */
function nearest(name: string, names: readonly string[]): string {
  const own = names.find((each) => each.startsWith(`${name}[`));
  return own === undefined ? didYouMean(name, names).replace(/\?$/, '') : `; did you mean ${quote(own)}`;
}
