import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RunSpec } from '../run.js';
import { keyOf } from '../store/key.js';
import { openStore, type Store } from '../store/store.js';
import { madeUpResult, madeUpSpec } from '../store/testing/made-up-run.js';
import type { Executor } from './executor.js';
import { createQueueExecutor } from './queue-executor.js';
import { queueName } from './queue-jobs.js';
import { makeRedis, noRedis, type TestRedis } from './testing/redis-server.js';

const WORKER = fileURLToPath(new URL('./testing/stub-worker.mjs', import.meta.url));
const PATIENCE = 3000;

let dir: string;
let redis: TestRedis;
let store: Store;
let said: string[];
const executors: Executor[] = [];
const workers: Worker[] = [];

interface Worker {
  readonly process: ChildProcess;
  readonly ended: Promise<number | null>;
  readonly said: () => string;
}

function startWorker(): Worker {
  const child = spawn(process.execPath, [WORKER, redis.url, dir, String(PATIENCE)], {
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
}

async function openExecutor(): Promise<Executor> {
  const executor = await createQueueExecutor({
    url: redis.url,
    runtime: 'made up 1.0.0',
    say: (line) => said.push(line),
    patience: PATIENCE,
  });
  executors.push(executor);
  return executor;
}

const runsOf = (specs: readonly RunSpec[]) => new Map(specs.map((spec) => [keyOf(spec), spec]));
const slow = (seed: number) => madeUpSpec({ model: 'patchtst', seed });
const NEVER = new AbortController().signal;
const until = async (holds: () => boolean) => {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 25));
};
/** Runs that a process has begun, by seed and process. */
const begun = () => readdirSync(dir).filter((name) => name.startsWith('begun-'));

/** Stores what is done, and complains of a run that is told of twice. */
function storing() {
  const failed: string[] = [];
  return {
    failed,
    done(spec: RunSpec, result: Parameters<Store['append']>[1]) {
      expect(store.has(keyOf(spec)), `seed ${spec.seed} was told twice`).toBe(false);
      store.append(spec, result);
    },
    failedRun: (spec: RunSpec, message: string) => failed.push(`${spec.seed}: ${message}`),
  };
}
function listenerOf(listener: ReturnType<typeof storing>) {
  return { done: listener.done, failed: listener.failedRun };
}
const storedSeeds = () => [...store.all()].map(({ spec }) => spec.seed).sort((a, b) => a - b);

describe.skipIf(noRedis !== undefined)(
  `runs on a queue${noRedis === undefined ? '' : `: ${noRedis}`}`,
  () => {
    beforeEach(async () => {
      dir = mkdtempSync(join(tmpdir(), 'queue-'));
      store = openStore(join(dir, 'out'));
      said = [];
      redis = await makeRedis();
      await redis.start();
    });
    afterEach(async () => {
      for (const worker of workers.splice(0)) worker.process.kill('SIGKILL');
      for (const executor of executors.splice(0)) await executor.close();
      await redis.stop();
      store.close();
      rmSync(dir, { recursive: true });
    });

    it('are done by workers, each once, and told of with what failed', async () => {
      const worker = startWorker();
      startWorker();
      const listener = storing();
      const specs = Array.from({ length: 30 }, (_, i) => madeUpSpec({ seed: 20 + i }));
      const executor = await openExecutor();
      await executor.run(
        runsOf([...specs, madeUpSpec({ model: 'rnn', seed: 1 })]),
        listenerOf(listener),
        NEVER,
      );
      expect(storedSeeds()).toEqual(specs.map(({ seed }) => seed));
      expect(listener.failed).toEqual(['1: seed 1 diverged']);
      expect(worker.said()).toMatch(/^lstm \d+ done$/m);
      // What failed is tried again when it is asked for again, and what was stored is gone from the queue.
      await executor.run(runsOf([madeUpSpec({ model: 'rnn', seed: 1 })]), listenerOf(listener), NEVER);
      expect(listener.failed).toEqual(['1: seed 1 diverged', '1: seed 1 diverged']);
    });

    it('survive a worker killed in mid-run: nothing is lost, nothing stored twice', async () => {
      const victim = startWorker();
      const listener = storing();
      const executor = await openExecutor();
      const specs = [slow(1), slow(2), slow(3)];
      const run = executor.run(runsOf(specs), listenerOf(listener), NEVER);
      await until(() => begun().length === 1);
      victim.process.kill('SIGKILL');
      await victim.ended;
      startWorker();
      startWorker();
      await run;
      expect(storedSeeds()).toEqual([1, 2, 3]);
      expect(listener.failed).toEqual([]);
      // The killed worker's run was begun twice.
      expect(begun()).toHaveLength(4);
    });

    it('go back to the queue at once when their worker is stopped', async () => {
      const first = startWorker();
      const listener = storing();
      const run = (await openExecutor()).run(runsOf([slow(1), slow(2)]), listenerOf(listener), NEVER);
      await until(() => begun().length === 1);
      first.process.kill('SIGINT');
      expect(await first.ended).toBe(0);
      startWorker();
      await run;
      expect(storedSeeds()).toEqual([1, 2]);
      expect(listener.failed).toEqual([]);
    });

    it('are collected by the next study when the one that asked was killed', async () => {
      const first = await openExecutor();
      const listener = storing();
      const deaf = new AbortController();
      const abandoned = first.run(runsOf([slow(1), slow(2)]), listenerOf(listener), deaf.signal);
      abandoned.catch(() => {});
      await new Promise((resolve) => setTimeout(resolve, 300));
      // As if killed: its connection is gone, and nobody cleans up.
      await first.close();
      const worker = startWorker();
      await until(() => worker.said().match(/done/g)?.length === 2);
      worker.process.kill('SIGKILL');
      await worker.ended;
      expect(storedSeeds()).toEqual([]);
      await (await openExecutor()).run(runsOf([slow(1), slow(2)]), listenerOf(listener), NEVER);
      expect(storedSeeds()).toEqual([1, 2]);
      expect(begun()).toHaveLength(2);
    });

    describe('and what others wrote there', () => {
      /** The Redis as anybody who reaches it sees it. */
      let hand: Redis;
      const NAME = queueName('made up 1.0.0');
      const place = (id: string) => `bull:${NAME}:${id}`;
      beforeEach(() => {
        hand = new Redis(redis.url);
      });
      afterEach(() => hand.disconnect());
      /** Leaves something as the result of a run that was carried out. */
      const leave = async (spec: RunSpec, fields: Readonly<Record<string, string>>) => {
        const id = keyOf(spec);
        const data = { name: 'run', data: '{}', opts: '{}', timestamp: '1', ...fields };
        await hand.hset(place(id), data);
        await hand.zadd(place('completed'), 1, id);
      };

      it('fails the runs whose results are none, and goes on; after a restart, too', async () => {
        const seed = (at: number) => madeUpSpec({ seed: at });
        const lay = async () => {
          await leave(seed(1), { returnvalue: 'null' });
          await leave(seed(2), { returnvalue: '{' });
          await leave(seed(3), { returnvalue: '[]', data: '{', opts: 'null' });
          await leave(seed(4), { returnvalue: `"${'x'.repeat(9 * 2 ** 20)}"` });
          await leave(seed(5), { failedReason: 'a\u001b[2Jb' });
          await leave(seed(6), { failedReason: 'x'.repeat(200_000) });
          await leave(seed(7), {});
          await leave(seed(8), { returnvalue: JSON.stringify(madeUpResult(8)) });
          // Something that is no job at all, and an entry that nothing belongs to.
          await hand.set(place(keyOf(seed(9))), 'mine');
          await hand.zadd(place('completed'), 1, keyOf(seed(9)), 1, keyOf(seed(10)));
        };
        const specs = Array.from({ length: 10 }, (_, at) => seed(at + 1));
        await lay();
        startWorker();
        for (const round of [1, 2]) {
          const listener = storing();
          const executor = await openExecutor();
          const missing = specs.filter((spec) => !store.has(keyOf(spec)) || spec.seed === 1);
          await executor.run(runsOf(missing), listenerOf(listener), NEVER);
          await executor.close();
          const told = listener.failed.toSorted();
          if (round === 1) {
            expect(told).toEqual([
              '1: the queue holds no result that can be used: Invalid input: expected object, received null',
              expect.stringMatching(/^2: the queue holds no result that can be used: not JSON/),
              '3: the queue holds no result that can be used: Invalid input: expected object, received array',
              expect.stringMatching(/^4: .*its result has 9437186 bytes/),
              '5: a\\u001b[2Jb',
              expect.stringMatching(/^6: .*its message has 200000 bytes/),
              '7: the queue holds no result that can be used: it has none',
            ]);
            expect(storedSeeds()).toEqual([8, 9, 10]);
            await leave(seed(1), { returnvalue: 'null' });
          } else {
            // What is still there fails again; the others are carried out now.
            expect(told).toEqual([expect.stringMatching(/^1: .*received null/)]);
            expect(storedSeeds()).toEqual([2, 3, 4, 5, 6, 7, 8, 9, 10]);
          }
        }
      });

      it('is refused by workers, which go on', async () => {
        const worker = startWorker();
        const queue = new Queue(NAME, { connection: { url: redis.url, maxRetriesPerRequest: null } });
        const bad = madeUpSpec({ seed: 77 });
        const hostile: [string, unknown][] = [
          ['null', null],
          ['prototype', { spec: { ...bad, protocol: 'toString' } }],
          ['of another', { spec: bad }],
        ];
        for (const [jobId, data] of hostile) {
          await queue.add('run', data, { jobId, attempts: 1000 });
        }
        // What no queue would write.
        for (const [jobId, data] of [
          ['half', '{'],
          ['nested', `${'['.repeat(100_000)}${']'.repeat(100_000)}`],
        ] as const) {
          await queue.add('run', {}, { jobId, delay: 500 });
          await hand.hset(place(jobId), 'data', data);
        }
        const listener = storing();
        await (await openExecutor()).run(runsOf([madeUpSpec({ seed: 20 })]), listenerOf(listener), NEVER);
        expect(storedSeeds()).toEqual([20]);
        expect(listener.failed).toEqual([]);
        await until(() => (worker.said().match(/refused a job/g)?.length ?? 0) >= 4);
        for (const [jobId] of hostile) {
          const reason = await hand.hget(place(jobId), 'failedReason');
          expect(reason).toMatch(/^a worker refused the job, which is no run of a study: /);
        }
        expect(worker.process.exitCode).toBeNull();
        expect(begun()).toEqual([]);
        await queue.close();
      });
    });

    it('that no worker has begun are withdrawn after Ctrl-C', async () => {
      const controller = new AbortController();
      const run = (await openExecutor()).run(
        runsOf([slow(1), slow(2)]),
        listenerOf(storing()),
        controller.signal,
      );
      await new Promise((resolve) => setTimeout(resolve, 300));
      controller.abort();
      await run;
      startWorker();
      await new Promise((resolve) => setTimeout(resolve, 1500));
      expect(begun()).toEqual([]);
    });

    it('are handed out again by a Redis that forgot them', async () => {
      startWorker();
      const listener = storing();
      const run = (await openExecutor()).run(
        runsOf([slow(1), slow(2), slow(3)]),
        listenerOf(listener),
        NEVER,
      );
      await until(() => begun().length === 1);
      await redis.stop();
      await new Promise((resolve) => setTimeout(resolve, 700));
      await redis.start();
      await run;
      expect(storedSeeds()).toEqual([1, 2, 3]);
      expect(listener.failed).toEqual([]);
      expect(said.join('\n')).toMatch(/went away; trying to reach it for 3 s[\s\S]*is back/);
    });

    it('end with a clear error when the Redis stays away; what has finished is kept', async () => {
      const worker = startWorker();
      const listener = storing();
      const run = (await openExecutor()).run(runsOf([slow(1), slow(2)]), listenerOf(listener), NEVER);
      await Promise.all([
        expect(run).rejects.toMatchObject({
          code: 'queue-failed',
          message: expect.stringMatching(
            /^the Redis at redis:\/\/127\.0\.0\.1:\d+ went away: .*ECONNREFUSED/,
          ),
        }),
        until(() => store.size === 1).then(() => redis.stop()),
      ]);
      expect(storedSeeds()).toEqual([1]);
      expect(await worker.ended).toBe(1);
      expect(worker.said()).toMatch(/queue-failed: the Redis at .* went away/);
    });
  },
);

it('need a Redis that answers, and say so at once', async () => {
  const open = createQueueExecutor({ url: 'redis://me:secret@127.0.0.1:1', runtime: 'x 1', say: () => {} });
  await expect(open).rejects.toMatchObject({
    code: 'queue-failed',
    message: expect.stringMatching(
      /no Redis to use at redis:\/\/me:…@127\.0\.0\.1:1: .*ECONNREFUSED.*Start one/,
    ),
  });
});
