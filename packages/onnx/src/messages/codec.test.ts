import { toBinary } from '@bufbuild/protobuf';
import { describe, expect, it } from 'vitest';
import {
  create,
  decodeModel,
  encodeModel,
  GraphProtoSchema,
  ModelProtoSchema,
  TensorProto_DataType,
  TensorProtoSchema,
  tensorFromFloat32,
  tensorToFloat32,
} from '../index.js';
import { readRealModel, realModels } from '../testing/real-models.js';

describe('decodeModel and encodeModel', () => {
  it.each(realModels)('give %s back byte for byte', (name) => {
    const bytes = readRealModel(name);
    expect(Buffer.compare(encodeModel(decodeModel(bytes)), bytes)).toBe(0);
  });

  it('keep fields that the schema does not know', () => {
    const model = create(ModelProtoSchema, {
      irVersion: 8n,
      opsetImport: [{ version: 17n }],
      graph: create(GraphProtoSchema, { name: 'g' }),
    });
    const unknown = Uint8Array.of(0xfa, 0x3e, 2, 7, 9); // field 1007, two bytes
    const bytes = new Uint8Array([...encodeModel(model), ...unknown]);
    expect([...encodeModel(decodeModel(bytes))]).toEqual([...bytes]);
  });

  it('write a message that was spread into another, whose defaults are gone', () => {
    const small = create(TensorProtoSchema, { name: 'a', dims: [2n], dataType: 1, floatData: [1, 2] });
    const large = tensorFromFloat32('b', new Float32Array(2048), [2048]);
    const write = (initializer: (typeof small)[]) =>
      encodeModel(create(ModelProtoSchema, { graph: create(GraphProtoSchema, { initializer }) }));
    for (const beside of [[], [large]]) {
      expect([...write([{ ...small }, ...beside])]).toEqual([...write([small, ...beside])]);
    }
  });

  it('write large tensors where they belong, with fields around them that the schema does not know', () => {
    const tensor = tensorFromFloat32('w', new Float32Array(4096).fill(0.5), [4096]);
    tensor.docString = 'behind the elements';
    const model = create(ModelProtoSchema, {
      irVersion: 8n,
      opsetImport: [{ version: 17n }],
      producerName: 'before the graph',
      graph: create(GraphProtoSchema, { name: 'g', initializer: [tensor], docString: 'behind the tensors' }),
    });
    const unknown = Uint8Array.of(0xfa, 0x3e, 2, 7, 9);
    const bytes = new Uint8Array([...toBinary(ModelProtoSchema, model), ...unknown]);
    expect(Buffer.compare(encodeModel(decodeModel(bytes)), bytes)).toBe(0);
  });

  it('hold nothing of the bytes that were decoded', () => {
    const tensor = tensorFromFloat32('w', Float32Array.of(1), [1]);
    const model = create(ModelProtoSchema, {
      opsetImport: [{ version: 17n }],
      graph: { name: 'g', initializer: [tensor] },
    });
    const bytes = Buffer.from(encodeModel(model));
    const decoded = decodeModel(bytes);
    bytes.fill(0);
    expect([...tensorToFloat32(decoded.graph!.initializer[0]!)]).toEqual([1]);
  });

  it.each([
    ['an empty file', new Uint8Array(0)],
    ['random bytes', Uint8Array.of(0xde, 0xad, 0xbe, 0xef, 1, 2, 3)],
    ['zeros', new Uint8Array(64)],
    ['no opset', Uint8Array.of(8, 8, 0x3a, 0)],
  ])('refuse %s as bad-model', (_, bytes) => {
    expect(() => decodeModel(bytes)).toThrow(expect.objectContaining({ code: 'bad-model' }));
  });
});

describe('tensorFromFloat32', () => {
  it.each([undefined, null, 3, '2', {}, ['2'], [undefined], [Symbol('2')]])('needs dims, not %o', (dims) => {
    expect(() => tensorFromFloat32('w', Float32Array.of(1, 2), dims as never)).toThrow(
      /^tensorFromFloat32 needs dims to be a list of numbers, got /,
    );
  });

  it('takes bigints for dims', () => {
    expect(tensorFromFloat32('w', Float32Array.of(1, 2), [2n]).dims).toEqual([2n]);
  });
});

describe('tensorToFloat32', () => {
  const { FLOAT16, BFLOAT16, DOUBLE, INT8, INT64, STRING } = TensorProto_DataType;
  it.each([
    ['float16, typed', { dataType: FLOAT16, dims: [3n], int32Data: [0x3c00, 0xc000, 1] }, [1, -2, 2 ** -24]],
    [
      'float16, raw',
      { dataType: FLOAT16, dims: [2n], rawData: Uint8Array.of(0, 0x3c, 0, 0xfc) },
      [1, -Infinity],
    ],
    ['bfloat16, raw', { dataType: BFLOAT16, dims: [1n], rawData: Uint8Array.of(0x80, 0xbf) }, [-1]],
    ['float64, typed', { dataType: DOUBLE, dims: [2n], doubleData: [0.5, 1e300] }, [0.5, Infinity]],
    ['int8, raw', { dataType: INT8, dims: [2n], rawData: Uint8Array.of(255, 127) }, [-1, 127]],
    ['int64, typed', { dataType: INT64, dims: [1n], int64Data: [-3n] }, [-3]],
    ['a scalar', { dataType: 1, dims: [], floatData: [4] }, [4]],
  ])('reads %s', (_, init, expected) => {
    expect([...tensorToFloat32(create(TensorProtoSchema, init))]).toEqual(expected);
  });

  it.each([
    ['bad-model', { dataType: 1, dims: [2n], rawData: new Uint8Array(7) }],
    ['bad-model', { dataType: 1, dims: [2n ** 40n, 2n ** 40n], floatData: [1] }],
    ['bad-model', { dataType: 1, dims: [-1n, -1n], floatData: [1] }],
    ['unsupported', { dataType: STRING, dims: [0n] }],
    ['external-data', { dataType: 1, dims: [1n], externalData: [{ key: 'location', value: 'w' }] }],
  ])('refuses with %s what it cannot read', (code, init) => {
    expect(() => tensorToFloat32(create(TensorProtoSchema, init))).toThrow(expect.objectContaining({ code }));
  });
});

it.each([[undefined], [null], ['kernel'], [{}], [new Uint8Array(4)]])(
  '%j is no tensor, and is told to be none',
  (given) => {
    expect(() => tensorToFloat32(given as never)).toThrow(
      /^tensorToFloat32 needs a TensorProto, as decodeModel makes it, got /,
    );
  },
);
