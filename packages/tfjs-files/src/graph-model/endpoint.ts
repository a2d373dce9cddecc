/** One of the values that a node gives. */
export interface Endpoint {
  readonly node: string;
  /** Number of the output, from 0. */
  readonly output: number;
  /** The name of the output, which functions write: `MatMul:product:0`. */
  readonly port?: string;
}

/** Reads `name`, `name:1` and `name:port:0`. */
export function parseEndpoint(text: string): Endpoint {
  const parts = text.split(':');
  const [node = ''] = parts;
  if (parts.length === 1) return { node, output: 0 };
  const output = Number(parts.at(-1));
  const number = Number.isSafeInteger(output) && output >= 0 ? output : 0;
  return parts.length === 3 ? { node, output: number, port: parts[1]! } : { node, output: number };
}

/** The text of an endpoint, as inputs of nodes have it. */
export function showEndpoint({ node, output, port }: Endpoint): string {
  if (port !== undefined) return `${node}:${port}:${output}`;
  return output === 0 ? node : `${node}:${output}`;
}
