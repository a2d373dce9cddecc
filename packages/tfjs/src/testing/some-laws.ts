import type { Law, TestRunner } from '@synaprune/conformance';
import { describe, it } from 'vitest';

/** Vitest for some of the laws: on a slow device the kit is spread over files, none of which takes long. */
export function someLaws(picks: (law: Law) => boolean): TestRunner {
  return {
    it,
    describe: (name, body) => {
      const law = /^law (\d)$/.exec(name)?.[1];
      if (law === undefined || picks(Number(law) as Law)) describe(name, body);
    },
  };
}
