import { decodeModel, encodeModel, type NodeProto, type TensorProto, tensorToFloat32 } from '@synaprune/onnx';
import { buildModel, codeOf } from '@synaprune/onnx/graph';

const [FLOAT32, FLOAT64] = [codeOf('float32'), codeOf('float64')];

/** What leads to one output of a graph, with float64 in place of float32: inputs, constants and casts. */
export function inFloat64(model: Uint8Array, output: string): Uint8Array {
  const decoded = decodeModel(model);
  const graph = decoded.graph!;
  const producers = new Map(graph.node.flatMap((node) => node.output.map((name) => [name, node] as const)));
  const wanted = new Set([output]);
  // A set grows while it is walked.
  for (const name of wanted) for (const input of producers.get(name)?.input ?? []) wanted.add(input);
  graph.node = graph.node.filter((node) => node.output.some((name) => wanted.has(name)));
  graph.initializer = graph.initializer.filter(({ name }) => wanted.has(name));
  graph.input = graph.input.filter(({ name }) => wanted.has(name));
  graph.output = graph.output.filter(({ name }) => name === output);
  graph.valueInfo = [];
  graph.initializer.forEach(widen);
  for (const { type } of [...graph.input, ...graph.output]) {
    if (type?.value.case === 'tensorType' && type.value.value.elemType === FLOAT32)
      type.value.value.elemType = FLOAT64;
  }
  for (const { attribute } of graph.node) {
    for (const each of attribute) {
      if (each.t) widen(each.t);
      if ((each.name === 'to' || each.name === 'dtype') && Number(each.i) === FLOAT32)
        each.i = BigInt(FLOAT64);
    }
  }
  for (const node of graph.node.filter(({ opType }) => opType === 'Erf')) {
    const { nodes, tensors } = errorFunction(node);
    graph.node.splice(graph.node.indexOf(node), 1, ...nodes);
    graph.initializer.push(...tensors);
  }
  return encodeModel(decoded);
}

/** Of erf's series: 80 give it to 1e-9 within ±4, where terms of both signs are as large as 1e6. */
const TERMS = 80;

/** erf as its series, `2/√π·Σ (−1)ⁿ·x²ⁿ⁺¹/(n!·(2n + 1))`: the runtime has none of float64. */
function errorFunction({ input, output }: NodeProto) {
  const [x, y] = [input[0]!, output[0]!];
  const name = (what: string) => `${y}/${what}`;
  let factor = 2 / Math.sqrt(Math.PI);
  const terms = Array.from({ length: TERMS }, (_, n) => {
    factor *= n === 0 ? 1 : -1 / n;
    return { type: 'float64' as const, shape: [], data: [factor / (2 * n + 1)] };
  });
  const graph = decodeModel(
    buildModel({
      inputs: { [x]: [] },
      tensors: Object.fromEntries(terms.map((term, n) => [name(`c${n}`), term])),
      nodes: [
        ['Mul', [x, x], [name('square')]],
        ...terms.slice(1).flatMap((_, back) => {
          const n = TERMS - 2 - back;
          const before = back === 0 ? name(`c${n + 1}`) : name(`sum${n + 1}`);
          return [
            ['Mul', [before, name('square')], [name(`product${n}`)]] as const,
            ['Add', [name(`product${n}`), name(`c${n}`)], [name(`sum${n}`)]] as const,
          ];
        }),
        ['Mul', [name('sum0'), x], [y]],
      ],
      outputs: [y],
    }),
  ).graph!;
  return { nodes: graph.node, tensors: graph.initializer };
}

function widen(tensor: TensorProto): void {
  if (tensor.dataType !== FLOAT32) return;
  const numbers = Float64Array.from(tensorToFloat32(tensor));
  tensor.dataType = FLOAT64;
  tensor.floatData = [];
  tensor.rawData = new Uint8Array(numbers.buffer);
}
