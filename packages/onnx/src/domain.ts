/** The name of a domain of operators: that of ONNX's own, which models also call `ai.onnx`, is `''`. */
export function domainOf(domain: string): string {
  return domain === 'ai.onnx' ? '' : domain;
}
