// @ts-check
/*
 * jax-js 0.1.25 does not tell how many buffers it holds, but it keeps them in a Map, which it makes when it is loaded.
 * For a test that is enough. This is loaded before anything that loads jax-js.
 */
/** @type {Map<unknown, unknown>[]} */
const maps = [];
const PlainMap = Map;
globalThis.Map = class extends PlainMap {
  /** @param {ConstructorParameters<typeof PlainMap>} rest */
  constructor(...rest) {
    super(...rest);
    maps.push(this);
  }
};
const { init, numpy: np } = await import('@jax-js/jax');
globalThis.Map = PlainMap;

/**
 * Finds the map that an array on the device goes into, and leaves when it is disposed of.
 *
 * @param {import('@jax-js/jax').Device} device
 */
export async function liveCounter(device) {
  await init(device);
  const before = maps.map(({ size }) => size);
  const array = np.array(Float32Array.of(1, 2, 3, 4), { device });
  const grown = maps.filter(({ size }, i) => size === (before[i] ?? 0) + 1);
  array.dispose();
  const buffers = grown.filter((map) => map.size === before[maps.indexOf(map)]);
  if (buffers.length === 0) throw new Error(`no map looks like the buffers of ${device}`);
  return () => buffers[0].size;
}
