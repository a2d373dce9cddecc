import type { Graph, Value } from '@synaprune/onnx/graph';
import { add, divide, multiply, subtract } from '../arithmetic/arithmetic.js';

/**
 * `1 − βᵗ`, what a moving average that began at zero holds of its weights after `t` steps. Taken literally it
 * cancels: at β = 0.99999 one float32 in 170 of the difference is left after a step. As `x = −t·ln β`, its parts
 * are exact to a rounding: below `x = 0.5`
 *
 * `1 − e⁻ˣ = 2u / (1 + u)`, `u = tanh(x / 2) = n / d`, `n = y·(105 + 10·y²)`, `d = 105 + 45·y² + y⁴`, `y = x / 2`
 *
 * (the continued fraction of the hyperbolic tangent, wrong by less than 1e-10 there), and `1 − e⁻ˣ` as it stands
 * above. A device's own `tanh` may err by 1e-5 near 0, and WebGPU has no float64 to turn to.
 */
export function biasCorrection(graph: Graph, beta: number, step: Value): Value {
  if (beta === 0) return graph.scalar(1);
  const y = multiply(graph, step, -Math.log(beta) / 2);
  const square = multiply(graph, y, y);
  const n = multiply(graph, y, add(graph, multiply(graph, square, 10), 105));
  const d = add(graph, multiply(graph, square, add(graph, square, 45)), 105);
  const small = divide(graph, multiply(graph, n, 2), add(graph, n, d));
  const large = subtract(graph, 1, graph.add('Exp', [multiply(graph, y, -2)]));
  return graph.add('Where', [graph.add('Less', [y, graph.scalar(0.25)]), small, large]);
}
