/** The loops of recurrent cells on a memory: offsets are in bytes. As assembly/gates.ts says. */
export interface CellLoops {
  lstmGates(
    units: number,
    count: number,
    x: number,
    stride: number,
    r: number,
    cell: number,
    state: number,
    out: number,
    outStride: number,
    activation: number,
    recurrentActivation: number,
  ): void;
  gruGates(
    units: number,
    count: number,
    x: number,
    stride: number,
    r: number,
    state: number,
    update: number,
    reset: number,
    recurrentActivation: number,
  ): void;
  gruState(
    units: number,
    count: number,
    x: number,
    stride: number,
    r: number,
    update: number,
    state: number,
    out: number,
    outStride: number,
    activation: number,
  ): void;
  gruAfterGates(
    units: number,
    count: number,
    x: number,
    stride: number,
    r: number,
    state: number,
    out: number,
    outStride: number,
    activation: number,
    recurrentActivation: number,
  ): void;
  rnnState(
    units: number,
    count: number,
    x: number,
    stride: number,
    r: number,
    state: number,
    out: number,
    outStride: number,
    activation: number,
  ): void;
}
