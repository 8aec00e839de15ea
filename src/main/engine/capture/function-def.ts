/**
 * Functions of a TensorFlow graph (tensorflow/core/framework/function.proto, op_def.proto): what is called several times is
 * defined once, and once is also how often TensorFlow optimizes it. In a function an operation's outputs are called by the
 * names of its definition, which the binding does not tell: they stand here.
 */
import { attributesField, nodeDefOf, nodeMessage, value } from './node-def'
import { bytesField, integerField } from './protobuf'
import { placed, type Recording, type Reference, type TensorSpecification, withNodes } from './recording'

/** Operations of models that are split, by the name of their first output, or of all where it is a list (tensorflow/core/ops). */
const FIRST_OUTPUT: Readonly<Record<string, readonly string[]>> = {
  y: 'Abs Cast Exp IsNan Log1p Neg Rsqrt Sigmoid Sqrt Square Tanh Transpose ZerosLike'.split(' '),
  z: 'Add Equal Greater LogicalOr Minimum Mul RealDiv Sub TanhGrad'.split(' '),
  output: (
    'ArgMax BatchMatMulV2 ConcatV2 ExpandDims Fill Max Mean OneHot Pack PadV2 Reshape ReverseV2 Select Slice SplitV Sum ' +
    'Tile Unpack'
  ).split(' '),
  activations: ['Relu'],
  product: ['_FusedMatMul'],
  softmax: ['Softmax'],
  sum: ['AddN'],
  loss: ['SoftmaxCrossEntropyWithLogits'],
}
const firstOutputs = new Map(
  Object.entries(FIRST_OUTPUT).flatMap(([output, operations]) => operations.map((operation) => [operation, output])),
)
/** Whose outputs are one list. */
const LISTS = new Set(['SplitV', 'Unpack'])
const SECOND_OUTPUT: Readonly<Record<string, string>> = { SoftmaxCrossEntropyWithLogits: 'backprop' }

/** What an operation's output is called: its name and its place in it. */
function outputName(operation: string, output: number): string {
  if (output === 0 || LISTS.has(operation)) return `${firstOutputs.get(operation)!}:${output}`
  return `${SECOND_OUTPUT[operation]!}:0`
}

/** Whether a recording can be a function: it sets no variable, and the outputs of its operations have known names. */
export const definable = ({ nodes, assigned }: Recording): boolean =>
  assigned.length === 0 && nodes.every((node) => node.kind === 'constant' || firstOutputs.has(node.operation))

/**
 * A recording with the variables it reads as further inputs, after its own.
 * @param specifications of all variables
 * @returns it, and the variables' numbers in the order of the inputs
 */
export function withoutVariables(
  recording: Recording,
  specifications: readonly TensorSpecification[],
): { recording: Recording; variables: readonly number[] } {
  const variables: number[] = []
  const place = (reference: Reference): Reference => {
    if (reference.from !== 'variable') return reference
    let at = variables.indexOf(reference.index)
    if (at < 0) at = variables.push(reference.index) - 1
    return { from: 'input', index: recording.inputs.length + at }
  }
  const nodes = recording.nodes.map((node) => placed(node, place))
  const placedRecording = withNodes(recording, nodes, place)
  const inputs = [...recording.inputs, ...variables.map((number) => specifications[number]!)]
  return { recording: { ...placedRecording, inputs }, variables }
}

/** The message FunctionDef of a recording that is {@link definable} and reads no variable. */
export function functionMessage(name: string, { inputs, nodes, outputs }: Recording): Buffer {
  const called = (reference: Reference): string => {
    if (reference.from !== 'node') return `input${reference.index}`
    const node = nodes[reference.index]!
    return `node${reference.index}:${node.kind === 'constant' ? 'output:0' : outputName(node.operation, reference.output)}`
  }
  const argument = (name: string, type: number): Buffer => Buffer.concat([bytesField(1, name), integerField(3, type)])
  const signature = Buffer.concat([
    bytesField(1, name),
    ...inputs.map(({ type }, i) => bytesField(2, argument(`input${i}`, type))),
    ...outputs.map(({ type }, i) => bytesField(3, argument(`output${i}`, type))),
  ])
  const body = nodes.map((node, i) => bytesField(3, nodeMessage(nodeDefOf(node, `node${i}`, called))))
  const returned = outputs.map(({ reference }, i) =>
    bytesField(4, Buffer.concat([bytesField(1, `output${i}`), bytesField(2, called(reference))])),
  )
  // Optimizers know the sides of what a function is given by these.
  const sides = inputs.map(({ shape }, i) => {
    const attributes = attributesField(1, [['_output_shapes', value.shapes([shape])]])
    return bytesField(7, Buffer.concat([integerField(1, i), bytesField(2, attributes)]))
  })
  // Copied to where it is called, it would be optimized once for each call.
  const attributes = attributesField(5, [['_noinline', value.bool(true)]])
  return Buffer.concat([bytesField(1, signature), ...body, ...returned, attributes, ...sides])
}
