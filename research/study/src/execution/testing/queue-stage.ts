import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Queue } from 'bullmq';
import { expect } from 'vitest';
import type { RunResult, RunSpec } from '../../run.js';
import { keyOf } from '../../store/key.js';
import { openStore, type Store } from '../../store/store.js';
import { madeUpSpec } from '../../store/testing/made-up-run.js';
import type { Executor, RunListener } from '../executor.js';
import { createQueueExecutor } from '../queue-executor.js';
import { queueName } from '../queue-jobs.js';
import { makeRedis, type TestRedis } from './redis-server.js';

const RUNTIME = 'made up 1.0.0';
const WORKER = fileURLToPath(new URL('./stub-worker.mjs', import.meta.url));
/** How long a Redis that comes back may be away, milliseconds; and one that does not. */
const PATIENT = 600_000;
export const IMPATIENT = 3000;

export const NAME: string = queueName(RUNTIME);
export const NEVER: AbortSignal = new AbortController().signal;

/** A worker of the queue, in a process of its own. */
export interface StubWorker {
  readonly process: ChildProcess;
  readonly ended: Promise<number | null>;
  said(): string;
}

/** A Redis, a store, and whatever works on them in one test. */
export interface QueueStage {
  readonly redis: TestRedis;
  readonly store: Store;
  /** What executors told people. */
  readonly said: readonly string[];
  startWorker(patience?: number): StubWorker;
  openExecutor(patience?: number): Promise<Executor>;
  /** The queue as anybody who reaches its Redis sees it. */
  openQueue(): Queue;
  /** Until so many runs wait for a worker. */
  untilWaiting(count: number): Promise<void>;
  /** Lets {@link held} runs end. */
  letEnd(...seeds: number[]): void;
  /** Held runs that a process has begun, by seed and process. */
  begun(): string[];
  storedSeeds(): number[];
  /** Stores what is done, and complains of a run that is told of twice. */
  storing(): RunListener & { readonly messages: string[] };
  close(): Promise<void>;
}

/** Runs by their keys, as an executor takes them. */
export function runsOf(specs: readonly RunSpec[]): Map<string, RunSpec> {
  return new Map(specs.map((spec) => [keyOf(spec), spec]));
}

/** A run that does not end before the test says so. */
export function held(seed: number): RunSpec {
  return madeUpSpec({ model: 'patchtst', seed });
}

/** Until something holds. */
export async function until(holds: () => boolean): Promise<void> {
  await expect.poll(holds).toBe(true);
}

/** A stage with a Redis that has started. */
export async function openStage(): Promise<QueueStage> {
  const dir = mkdtempSync(join(tmpdir(), 'queue-'));
  const store = openStore(join(dir, 'out'));
  const redis = await makeRedis();
  await redis.start();
  const said: string[] = [];
  const executors: Executor[] = [];
  const workers: StubWorker[] = [];
  const openQueue = () => new Queue(NAME, { connection: { url: redis.url, maxRetriesPerRequest: null } });
  return {
    redis,
    store,
    said,
    startWorker(patience = PATIENT) {
      const child = spawn(process.execPath, [WORKER, redis.url, dir, String(patience)], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      let text = '';
      child.stdout!.on('data', (data) => {
        text += data;
      });
      const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
      const worker = { process: child, ended, said: () => text };
      workers.push(worker);
      return worker;
    },
    async openExecutor(patience = PATIENT) {
      const say = (line: string) => said.push(line);
      const executor = await createQueueExecutor({ url: redis.url, runtime: RUNTIME, say, patience });
      executors.push(executor);
      return executor;
    },
    openQueue,
    async untilWaiting(count) {
      const queue = openQueue();
      await expect.poll(() => queue.getWaitingCount()).toBe(count);
      await queue.close();
    },
    letEnd(...seeds) {
      for (const seed of seeds) writeFileSync(join(dir, `go-${seed}`), '');
    },
    begun: () => readdirSync(dir).filter((name) => name.startsWith('begun-')),
    storedSeeds: () => [...store.all()].map(({ spec }) => spec.seed).sort((a, b) => a - b),
    storing() {
      const messages: string[] = [];
      return {
        messages,
        done(spec: RunSpec, result: RunResult) {
          expect(store.has(keyOf(spec)), `seed ${spec.seed} was told twice`).toBe(false);
          store.append(spec, result);
        },
        failed: (spec: RunSpec, message: string) => messages.push(`${spec.seed}: ${message}`),
      };
    },
    async close() {
      for (const worker of workers) worker.process.kill('SIGKILL');
      for (const executor of executors) await executor.close();
      await redis.stop();
      store.close();
      rmSync(dir, { recursive: true });
    },
  };
}
