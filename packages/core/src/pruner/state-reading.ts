import { PruneError } from '../checks/errors.js';
import { describe } from '../checks/legible.js';
import { isRecord } from '../checks/require.js';
import { type PrunerState, type ReadState, STATE_FORMAT, STATE_VERSION } from './state.js';

/*
 * A state may come from anywhere, so it is read once, field by field, into plain values of known types and sizes:
 * no getter, proxy, cycle or nesting of the original is met again, and nothing in it costs more than its check.
 */

/** What is read of a weight's mask before its size is known to be right. */
export interface UnreadWeight {
  readonly name: string;
  /** Reads the rest of the entry: shape of `rank` edges, elements kept, and text of so many characters. */
  read(rank: number): { readonly shape: readonly unknown[]; readonly kept: unknown; readonly mask: unknown };
}

/** A state whose options are checked by type, and whose weights are not read yet. */
export interface UnreadState extends Omit<ReadState, 'weights'> {
  readonly checksum: string;
  readonly weights: { readonly count: number; at(index: number): UnreadWeight };
}

/** Longest text in the options of a state, and most options. */
const LONGEST = 100;
const MOST = 8;

/** @throws PruneError `state-corrupt` for whatever the callback throws that is no `PruneError` */
export function guardReading<Result>(read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    if (error instanceof PruneError) throw error;
    throw new PruneError('state-corrupt', 'not a saved pruner state: it is no plain data', { cause: error });
  }
}

/** @throws PruneError `state-corrupt` or `state-version` */
export function readState(value: unknown): UnreadState {
  if (!isRecord(value)) {
    const parse = typeof value === 'string' ? '; text is read by JSON.parse first' : '';
    throw corrupt(`needed an object with format "${STATE_FORMAT}", got ${describe(value)}${parse}`);
  }
  const { format, version } = value;
  if (format !== STATE_FORMAT) {
    throw corrupt(`needed an object with format "${STATE_FORMAT}", got format ${describe(format)}`);
  }
  if (version !== STATE_VERSION && version !== 1) {
    throw new PruneError(
      'state-version',
      `this release reads pruner states of versions 1 and ${STATE_VERSION}, got version ${describe(version)}`,
    );
  }
  const { rule, checksum, position, target, weights, ceiling, untrained, keepZeros, regrow, remembered } =
    value;
  const options = {
    rule: requireText('rule', rule) as PrunerState['rule'],
    distribution: readDistribution(version, value),
    pattern: readFlat('pattern', value.pattern) as unknown as PrunerState['pattern'],
    score: readFlat('score', value.score) as unknown as PrunerState['score'],
    floor: readFloor(value.floor),
    ...(ceiling === undefined ? {} : { ceiling: readCeiling(ceiling) }),
    ...(untrained === undefined ? {} : { untrained: requireText('untrained', untrained) as 'wait' }),
    ...(keepZeros === undefined ? {} : { keepZeros: requireTrue(keepZeros) }),
    ...(regrow === undefined
      ? {}
      : { regrow: readFlat('regrow', regrow) as unknown as NonNullable<PrunerState['regrow']> }),
  };
  const at = readPosition(position, target, options.rule);
  return {
    format,
    version,
    ...options,
    ...at,
    ...(remembered === undefined ? {} : { remembered: readRemembered(remembered) }),
    checksum: requireText('checksum', checksum),
    weights: readWeights(weights),
  };
}

function readWeights(weights: unknown): UnreadState['weights'] {
  if (!Array.isArray(weights)) throw corrupt('its list of weights is damaged');
  const count: unknown = weights.length;
  if (!Number.isSafeInteger(count)) throw corrupt('its list of weights is damaged');
  return {
    count: count as number,
    at(index) {
      const entry: unknown = weights[index];
      if (!isRecord(entry)) throw corrupt('its list of weights is damaged');
      const { name } = entry;
      if (typeof name !== 'string') throw corrupt('its list of weights is damaged');
      return {
        name,
        read(rank) {
          const { shape, kept, mask } = entry;
          if (!Array.isArray(shape))
            throw corrupt(`the shape of a weight is damaged, got ${describe(shape)}`);
          const edges: unknown = shape.length;
          // One more than there should be is enough to see that there are too many.
          const length = typeof edges === 'number' ? Math.min(edges, rank + 1) : 0;
          return { shape: Array.from({ length }, (_, axis) => shape[axis] as unknown), kept, mask };
        },
      };
    },
  };
}

/** Version 1 called it the scope, and gave `uniform` another name. */
function readDistribution(
  version: 1 | 2,
  { distribution, scope }: Readonly<Record<string, unknown>>,
): string {
  if (version === 2) return requireText('distribution', distribution);
  const text = requireText('scope', scope);
  return text === 'per-weight' ? 'uniform' : text;
}

/** Position and sparsity of the last update, which are there together or not at all. */
function readPosition(
  position: unknown,
  target: unknown,
  rule: string,
): { readonly position: number | null; readonly target: number | null } {
  if (position === null && target === null) return { position, target };
  // The published program takes targets above 1, and then does nothing.
  const most = rule === 'published' ? Number.MAX_VALUE : 1;
  if (typeof position !== 'number' || !Number.isFinite(position)) {
    throw corrupt(`its position is ${describe(position)}`);
  }
  if (typeof target !== 'number' || !(target >= 0 && target <= most)) {
    throw corrupt(`its target is ${describe(target)}, no sparsity in [0, 1]`);
  }
  return { position, target };
}

/** A record of a few short texts and numbers, copied. */
function readFlat(field: string, value: unknown): Record<string, string | number> {
  const damaged = () => corrupt(`its options are damaged: ${field} is ${describe(value)}`);
  if (!isRecord(value)) throw damaged();
  const keys = Object.keys(value);
  if (keys.length > MOST) throw damaged();
  const copy: [string, string | number][] = [];
  for (const key of keys) {
    const content = value[key];
    if (key.length > LONGEST) throw damaged();
    if (typeof content !== 'number' && !(typeof content === 'string' && content.length <= LONGEST))
      throw damaged();
    copy.push([key, content]);
  }
  // Own properties by definition: a key named __proto__ stays a key.
  return Object.fromEntries(copy);
}

function readFloor(value: unknown): PrunerState['floor'] {
  if (typeof value === 'number') return value;
  const { fraction, elements, ...more } = readFlat('floor', value);
  if (typeof fraction !== 'number' || typeof elements !== 'number' || Object.keys(more).length > 0) {
    throw corrupt('its options are damaged: floor is neither a number nor { fraction, elements }');
  }
  return { fraction, elements };
}

function readRemembered(value: unknown): NonNullable<PrunerState['remembered']> {
  const entries = isRecord(value) ? Object.entries(value) : [];
  const texts = entries.filter(([role, text]) => ROLES.includes(role) && typeof text === 'string');
  if (texts.length === 0 || texts.length < entries.length) {
    throw corrupt('what its scores remember is damaged: remembered is not { score, regrow }');
  }
  return Object.fromEntries(texts);
}

const ROLES = ['score', 'regrow'];

function readCeiling(value: unknown): number {
  if (typeof value === 'number' && value >= 0 && value <= 1) return value;
  throw corrupt(`its options are damaged: ceiling is ${describe(value)}`);
}

function requireText(field: string, value: unknown): string {
  if (typeof value === 'string' && value.length <= LONGEST) return value;
  throw corrupt(`its options are damaged: ${field} is ${describe(value)}`);
}

function requireTrue(value: unknown): true {
  if (value === true) return value;
  throw corrupt(`its options are damaged: keepZeros is ${describe(value)}`);
}

/** The error of a state that `save` did not return. */
export function corrupt(message: string): PruneError {
  return new PruneError('state-corrupt', `not a saved pruner state: ${message}`);
}
