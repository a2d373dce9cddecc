import type { Redis } from 'ioredis';
import { QueueError } from './queue-error.js';

/** A connection to a Redis, which mends itself for a while when it breaks. */
export interface RedisConnection {
  readonly client: Redis;
  /** The address without its password, for people. */
  readonly address: string;
  /** Rejects with a {@link QueueError} once the Redis has been away for too long. Never resolves. */
  readonly lost: Promise<never>;
  close(): void;
}

/** How long a Redis that was there may be away, milliseconds. */
const PATIENCE = 60_000;
const RETRY_EVERY = 500;
const CONNECT_TIMEOUT = 4000;

/**
 * Connects to a Redis; one that does not answer is not waited for.
 *
 * @param say is told when the connection breaks and when it is back
 * @param patience how long it may be away after that, milliseconds
 * @throws QueueError where no Redis answers, or it lets nobody in
 */
export async function connectRedis(
  url: string,
  say: (line: string) => void,
  patience: number = PATIENCE,
): Promise<RedisConnection> {
  const address = withoutPassword(url);
  const { Redis } = await import('ioredis');
  let open = false;
  let closed = false;
  let broken = false;
  const client = new Redis(url, {
    lazyConnect: true,
    connectTimeout: CONNECT_TIMEOUT,
    // Commands wait for the connection to come back; `lost` ends the wait.
    maxRetriesPerRequest: null,
    retryStrategy: (times) => (open && times * RETRY_EVERY <= patience ? RETRY_EVERY : null),
  });
  let complaint = '';
  client.on('error', (error: Error) => {
    complaint = error.message || (error as NodeJS.ErrnoException).code || String(error);
  });
  try {
    await client.connect();
    await client.ping();
  } catch (error) {
    client.disconnect();
    const why = complaint || (error as Error).message;
    throw new QueueError(
      `no Redis to use at ${address}: ${why}. Start one (redis-server) or give the address of another with --queue`,
      { cause: error },
    );
  }
  open = true;
  const lost = new Promise<never>((_, reject) => {
    client.on('close', () => {
      if (closed || broken) return;
      broken = true;
      say(`the Redis at ${address} went away; trying to reach it for ${Math.ceil(patience / 1000)} s`);
    });
    client.on('ready', () => {
      if (broken) say(`the Redis at ${address} is back`);
      broken = false;
    });
    client.on('end', () => {
      if (!closed) reject(new QueueError(`the Redis at ${address} went away: ${complaint}`));
    });
  });
  // Whoever waits for it is told.
  lost.catch(() => {});
  return {
    client,
    address,
    lost,
    close() {
      closed = true;
      client.disconnect();
    },
  };
}

/** The address of a Redis as people may see it. */
export function withoutPassword(url: string): string {
  const parsed = new URL(url);
  if (parsed.password !== '') parsed.password = '…';
  return decodeURI(parsed.href);
}
