import { NotFollowed } from '../follow/followed.js';
import type { LayerCall } from './layer-call.js';

/** A setting of a number an axis, where one number may stand for all. @throws NotFollowed */
export function perAxis(call: LayerCall, name: string, count: number, otherwise: number): readonly number[] {
  const value = call.setting(name) ?? otherwise;
  const list: readonly unknown[] = Array.isArray(value) ? value : Array.from({ length: count }, () => value);
  if (list.length === count && list.every((each) => typeof each === 'number')) return list as number[];
  throw new NotFollowed(`${call.place.label}: ${name} is not as it should be`);
}

/** The axis with the channels. */
export function channelsAt(call: LayerCall, rank: number): number {
  const format = call.setting('data_format');
  return format === 'channels_first' || format === 'channelsFirst' ? 1 : rank - 1;
}

/** Axes that a setting names, counted from the front. @throws NotFollowed */
export function axesAt(call: LayerCall, name: string, rank: number, otherwise: number): readonly number[] {
  const value = call.setting(name) ?? otherwise;
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  return list.map((each) => {
    const axis = typeof each === 'number' && each < 0 ? each + rank : each;
    if (typeof axis !== 'number' || !Number.isInteger(axis) || axis < 0 || axis >= rank) {
      throw new NotFollowed(`${call.place.label}: ${name} is no axis of ${rank}`);
    }
    return axis;
  });
}
