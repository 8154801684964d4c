import { InferenceSession, env } from 'onnxruntime-node';

env.logLevel = 'fatal'; // what goes wrong is thrown too; its own lines on stderr would only repeat it

/**
 * @param graph    an encoded ONNX model.
 * @param device   ONNX Runtime's execution provider.
 * @param threads  one operation may use.
 */
export function createSession(graph: Uint8Array, device: string, threads: number): Promise<InferenceSession> {
  return InferenceSession.create(graph, {
    executionProviders: device === 'cpu' ? ['cpu'] : [device, 'cpu'],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    graphOptimizationLevel: 'all',
    logSeverityLevel: 4, // fatal ones only, as above
    // spinning threads halve the speed whenever another program wants the processor
    extra: { session: { intra_op: { allow_spinning: '0' } } },
  });
}
