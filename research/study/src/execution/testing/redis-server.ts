import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { createConnection, createServer } from 'node:net';

/** Why there is no Redis to test with, and the command that would bring one; `undefined` where there is one. */
export const noRedis: string | undefined =
  spawnSync('redis-server', ['--version']).status === 0
    ? undefined
    : 'no redis-server; run: apt-get install -y --no-install-recommends redis-server';

/** A Redis of this test alone, that keeps nothing. */
export interface TestRedis {
  readonly url: string;
  /** Starts it, again at the same address after `stop`. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** A Redis at a free address of this machine; not started yet. */
export async function makeRedis(): Promise<TestRedis> {
  const port = await freePort();
  let server: ChildProcess | undefined;
  return {
    url: `redis://127.0.0.1:${port}`,
    async start() {
      const args = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
      server = spawn('redis-server', args, { stdio: 'ignore' });
      while (!(await answers(port))) await new Promise((resolve) => setTimeout(resolve, 30));
    },
    async stop() {
      if (server === undefined) return;
      const ended = new Promise((resolve) => server!.once('close', resolve));
      server.kill('SIGKILL');
      await ended;
      server = undefined;
    },
  };
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' ? address!.port : 0));
    });
  });
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}
