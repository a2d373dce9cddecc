// @ts-check
import { expect, test } from 'vitest';
import { run } from '../check/command.mjs';
import { thisMachine } from './machine.mjs';
import { prepareDevices } from './prepare.mjs';

// Installs nothing: what is missing, with all tests that need it, is a skip.
const env = { ...thisMachine.env, SYNAPRUNE_NO_INSTALL: '1' };
const devices = await prepareDevices({ run, machine: { ...thisMachine, env }, say: () => {} });

test.for(devices)('$name is here', ({ missing }, context) => {
  if (missing !== undefined) context.skip(missing.replace('SYNAPRUNE_NO_INSTALL is set; ', ''));
  expect(missing).toBe(undefined);
});
