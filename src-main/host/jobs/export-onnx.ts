import { toOnnx } from '../../engine/executors/onnx/export.ts';
import { tf } from '../../engine/executors/tensorflow.ts';
import { networkOf } from '../../engine/record/model.ts';
import { rowNetwork } from '../../engine/row/model.ts';
import type { EngineJob } from '../supervision/messages.ts';
import { modelOf, rowModelOf } from './engine-models.ts';

/** Beats of one call of the exported graph: shapes are static. */
const exportedBatch = 1;

/**
 * A model as an ONNX graph for inference, to `probabilities`: of the record model from `context` (1, 9, 45), `turned`,
 * the same with the leads the other way round, and `window` (1, 132, 4); of a row model from `signal` (1, 187).
 */
export const exportOnnx: EngineJob<{ modelHash: string }, never, { onnx: Uint8Array }> = async (request, context) => {
  const { modelHash } = request;
  const rowModel = rowModelOf(context.workspaceFolder, modelHash);
  const recordModel = rowModel ? undefined : await modelOf(context.workspaceFolder, modelHash);
  const network = rowModel ? rowNetwork(rowModel.architecture) : networkOf(recordModel!);
  const inputs = Object.fromEntries(
    Object.entries(network.inputs).map(([name, shape]) => [
      name,
      { shape: [exportedBatch, ...shape], dtype: 'float32' as const },
    ]),
  );
  const onnx = toOnnx(
    (given, weights) => ({ probabilities: tf.softmax(network.forward({ weights, inputs: given }).logits) }),
    inputs,
    rowModel?.weights ?? recordModel!.networks,
    { modelHash, classes: rowModel ? 'N S V F Q' : 'N S V F', classMap: 'literature' },
  );
  return { onnx };
};
