/**
 * Nodes of a TensorFlow graph as messages (tensorflow/core/framework/node_def.proto, attr_value.proto, tensor.proto,
 * tensor_shape.proto).
 */
import { bytesField, floatField, integerField, varint } from './protobuf'
import {
  type Attribute,
  type Constant,
  type DataType,
  type Node,
  type Reference,
  TF_FLOAT,
  TF_INT32,
} from './recording'

export type Attributes = readonly (readonly [name: string, value: Buffer])[]

/** One node of a graph or a function. */
export interface NodeDef {
  readonly name: string
  readonly op: string
  readonly inputs: readonly string[]
  readonly attributes: Attributes
}

const shapeMessage = (shape: readonly number[]): Buffer =>
  Buffer.concat(shape.map((side) => bytesField(2, integerField(1, side))))

function tensorMessage({ type, shape, bytes, uniform }: Constant): Buffer {
  const head = [integerField(1, type), bytesField(2, shapeMessage(shape))]
  if (!uniform) return Buffer.concat([...head, bytesField(4, bytes)])
  // A single value in the typed field stands for all.
  if (type === TF_FLOAT) return Buffer.concat([...head, bytesField(5, bytes)])
  if (type === TF_INT32) return Buffer.concat([...head, bytesField(7, varint(bytes.readInt32LE()))])
  return Buffer.concat([...head, bytesField(11, bytes)])
}

/** Messages AttrValue. */
export const value = {
  string: (text: string): Buffer => bytesField(2, text),
  integer: (n: number): Buffer => integerField(3, n),
  float: (x: number): Buffer => floatField(4, x),
  bool: (yes: boolean): Buffer => integerField(5, yes ? 1 : 0),
  type: (type: DataType): Buffer => integerField(6, type),
  shape: (shape: readonly number[]): Buffer => bytesField(7, shapeMessage(shape)),
  shapes: (shapes: readonly (readonly number[])[]): Buffer =>
    bytesField(1, Buffer.concat(shapes.map((shape) => bytesField(7, shapeMessage(shape))))),
  tensor: (constant: Constant): Buffer => bytesField(8, tensorMessage(constant)),
  list: (list: Buffer): Buffer => bytesField(1, list),
  bytes: (bytes: Uint8Array): Buffer => bytesField(2, bytes),
  function: (name: string): Buffer => bytesField(10, bytesField(1, name)),
}

function listMessage(kind: Attribute['kind'], items: readonly (number | boolean)[]): Buffer {
  const packed = (field: number, encode: (item: number) => Buffer): Buffer =>
    bytesField(field, Buffer.concat(items.map((item) => encode(Number(item)))))
  const float = (item: number): Buffer => {
    const bytes = Buffer.alloc(4)
    bytes.writeFloatLE(item)
    return bytes
  }
  if (kind === 'float') return packed(4, float)
  return packed({ integer: 3, bool: 5, type: 6 }[kind as 'integer' | 'bool' | 'type'], varint)
}

function attributeValue({ kind, value: given }: Attribute): Buffer {
  if (kind === 'shape') return value.shape(given as number[])
  if (kind === 'string' && Array.isArray(given))
    return value.list(Buffer.concat((given as string[]).map((text) => bytesField(2, text))))
  if (Array.isArray(given)) return value.list(listMessage(kind, given as number[]))
  return (value[kind] as (given: Attribute['value']) => Buffer)(given)
}

/** A map<string, AttrValue>, in a field of its message. */
export const attributesField = (field: number, attributes: Attributes): Buffer =>
  Buffer.concat(
    attributes.map(([key, message]) => bytesField(field, Buffer.concat([bytesField(1, key), bytesField(2, message)]))),
  )

/** The message NodeDef. */
export const nodeMessage = ({ name, op, inputs, attributes }: NodeDef): Buffer =>
  Buffer.concat([
    bytesField(1, name),
    bytesField(2, op),
    ...inputs.map((input) => bytesField(3, input)),
    attributesField(5, attributes),
  ])

export const typed = (key: string, type: DataType): readonly [string, Buffer] => [key, value.type(type)]

/**
 * A node of a recording.
 * @param tensor what a tensor is called where the node stands
 */
export function nodeDefOf(node: Node, name: string, tensor: (reference: Reference) => string): NodeDef {
  if (node.kind === 'constant') {
    const attributes: Attributes = [typed('dtype', node.constant.type), ['value', value.tensor(node.constant)]]
    return { name, op: 'Const', inputs: [], attributes }
  }
  const after = node.after ? [`^${tensor(node.after).replace(/:.*$/, '')}`] : []
  const inputs = [...node.inputs.map(tensor), ...after]
  const attributes = node.attributes.map((attribute) => [attribute.name, attributeValue(attribute)] as const)
  return { name, op: node.operation, inputs, attributes }
}
