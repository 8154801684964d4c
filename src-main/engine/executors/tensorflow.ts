import * as tf from '@tensorflow/tfjs'; // the union package: gradients register themselves only there

tf.enableProdMode(); // no advice banner on the console; nothing here relies on debug checks

export { tf };

/**
 * Runs `body` with a TensorFlow.js backend selected, then selects the one before.
 * Wholly synchronous, so that two executors never see each other's backend.
 * @throws {Error} when the backend is not registered or starts only asynchronously.
 */
export function withBackend<Value>(name: string, body: () => Value): Value {
  const before = tf.engine().backendName as string | undefined;
  select(name);
  try {
    return body();
  } finally {
    if (before && before !== name) select(before);
  }
}

function select(name: string): void {
  void tf.setBackend(name); // runs to its end at once for backends without asynchronous start
  if (tf.getBackend() !== name || tf.backend() !== tf.findBackend(name))
    throw new Error(`TensorFlow.js backend ${name} could not be selected`);
}
