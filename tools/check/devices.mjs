// @ts-check
import { prepareDevices } from '../devices/prepare.mjs';
import { prepareRedis } from '../devices/redis.mjs';
import { run } from './command.mjs';

/**
 * The devices that tests run on, and a Redis, installed where they are missing and this process may. One that is not
 * to be had is a skip with the command that would bring it; the tests that need it are skipped too, and counted.
 */
export async function checkDevices() {
  return [...(await prepareDevices({ run })), await prepareRedis({ run })];
}
