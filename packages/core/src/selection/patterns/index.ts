import { requireKind } from '../../checks/require.js';
import { type BlockPattern, blockKeys, blockPattern } from './block.js';
import { type ChannelPattern, channelKeys, channelPattern } from './channel.js';
import { type ElementPattern, elementKeys, elementPattern } from './element.js';
import { type NOfMPattern, nOfMKeys, nOfMPattern } from './n-of-m.js';
import type { AskedPattern } from './pattern.js';

/** What is dropped as one. */
export type PatternOption = ElementPattern | BlockPattern | ChannelPattern | NOfMPattern;

/** Every pattern: what it may be told, and what makes it. A new one is a file and a line here. */
const PATTERNS = {
  element: { keys: elementKeys, create: elementPattern },
  block: { keys: blockKeys, create: blockPattern },
  channel: { keys: channelKeys, create: channelPattern },
  'n:m': { keys: nOfMKeys, create: nOfMPattern },
} as const;

/** @throws TypeError | RangeError when it is no pattern */
export function checkPattern(option: PatternOption): AskedPattern {
  const keys = Object.entries(PATTERNS).map(([kind, pattern]) => [kind, pattern.keys]);
  requireKind('createPruner', 'pattern', option as unknown, Object.fromEntries(keys));
  return PATTERNS[option.kind].create(option as never);
}
