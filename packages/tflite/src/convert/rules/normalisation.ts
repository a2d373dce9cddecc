import { cannot, type LayerRule, requireEdge } from '../layer-call.js';

/** `(x − mean) / √(variance + ε) · γ + β`, as one product and one sum a channel. */
export const batchNormalisation: LayerRule = (call) => {
  const { shape } = call.input;
  const given = call.setting('axis') ?? -1;
  const [axis] = Array.isArray(given) ? (given as readonly unknown[]) : [given];
  if (axis !== -1 && axis !== shape.length - 1)
    throw cannot(call, `its axis ${JSON.stringify(given)}; the last can`);
  const channels = shape.at(-1)!;
  const list = (key: string, otherwise: number): Float32Array => {
    if (otherwise !== -1 && !call.has(key)) return new Float32Array(channels).fill(otherwise);
    const { values } = call.weight(key, 1);
    requireEdge(call, key, values.length, channels);
    return values;
  };
  const [gamma, beta] = [list('gamma', 1), list('beta', 0)];
  const [mean, variance] = [list('moving_mean', -1), list('moving_variance', -1)];
  const epsilon = Number(call.setting('epsilon') ?? 1e-3);
  const factors = Float64Array.from(variance, (each, i) => gamma[i]! / Math.sqrt(each + epsilon));
  const offsets = Float64Array.from(mean, (each, i) => beta[i]! - each * factors[i]!);
  const gives = { name: call.name, shape };
  return [
    {
      op: 'SCALE',
      reads: [call.input],
      gives,
      constants: [],
      scale: { factors, offsets },
      options: '',
      settings: {},
    },
  ];
};
