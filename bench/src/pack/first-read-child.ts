/* The first file that a process reads: prints the nanoseconds of CPU time that it took. */
import { readFileSync } from 'node:fs';
import { unpack } from '@synaprune/sparse/unpack';

const [work, path] = process.argv.slice(2);
const bytes = new Uint8Array(readFileSync(path!));
const before = process.cpuUsage();
if (work === 'unpack') await unpack(bytes, { kind: 'state' });
else {
  const plain = new Response(bytes).body!.pipeThrough(new DecompressionStream('gzip'));
  new Float32Array(await new Response(plain).arrayBuffer());
}
const { user, system } = process.cpuUsage(before);
console.log(1000 * (user + system));
