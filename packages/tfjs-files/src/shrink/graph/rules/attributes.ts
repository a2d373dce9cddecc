import { NotFollowed } from '../../follow/followed.js';
import type { NodeCall } from '../node-call.js';

/** A list of numbers. @throws NotFollowed when it is something else */
export function numbersOf(call: NodeCall, name: string): readonly number[] | undefined {
  const value = call.attribute(name);
  if (value === undefined) return undefined;
  if (!Array.isArray(value) || !value.every((each) => typeof each === 'number')) {
    throw new NotFollowed(`${call.place.label}: ${name} is no list of numbers`);
  }
  return value as readonly number[];
}

/** A number. @throws NotFollowed when it is something else */
export function numberOf(call: NodeCall, name: string, otherwise: number): number {
  const value = call.attribute(name);
  if (value === undefined) return otherwise;
  if (typeof value !== 'number') throw new NotFollowed(`${call.place.label}: ${name} is no number`);
  return value;
}

export function isOn(call: NodeCall, ...names: readonly string[]): boolean {
  return names.some((name) => call.attribute(name) === true);
}

export function textOf(call: NodeCall, name: string, otherwise: string): string {
  const value = call.attribute(name);
  return typeof value === 'string' ? value : otherwise;
}

/** An axis counted from the front. @throws NotFollowed when there is none such */
export function frontAxis(call: NodeCall, axis: number | undefined, rank: number): number {
  const front = axis !== undefined && axis < 0 ? axis + rank : axis;
  if (front === undefined || !Number.isInteger(front) || front < 0 || front >= rank) {
    throw new NotFollowed(`${call.place.label}: there is no axis ${axis} of ${rank}`);
  }
  return front;
}

/** Where the channels are: the last axis, or the second. */
export function channelsOf(call: NodeCall, rank: number): number {
  return textOf(call, 'data_format', 'NHWC').startsWith('NC') ? 1 : rank - 1;
}
