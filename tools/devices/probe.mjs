// @ts-check
/* Tells as JSON whether this machine gives WebGPU to Node; in a process of its own, which a driver may take down. */
import { openDawn } from './dawn.mjs';

const open = await openDawn();
console.log(JSON.stringify('missing' in open ? open : { driver: open.driver }));
process.exit();
