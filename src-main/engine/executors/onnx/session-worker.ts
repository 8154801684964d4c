import { parentPort, workerData } from 'node:worker_threads';
import { Tensor } from 'onnxruntime-node';
import { createSession } from './session.ts';

/**
 * A session on a thread of its own, started with the bytes of its graph. It says that it is ready, then answers each
 * message of feeds with one of results, until a message of null; what goes wrong ends it.
 */
export interface TensorMessage {
  readonly data: Float32Array<ArrayBuffer> | Int32Array<ArrayBuffer>;
  readonly dims: readonly number[];
}
export type TensorMessages = Readonly<Record<string, TensorMessage>>;

const port = parentPort!; // only a worker runs this file
const session = await createSession(workerData as Uint8Array, 'cpu', 1);

async function compute(feeds: TensorMessages): Promise<void> {
  const used = Object.entries(feeds).filter(([name]) => session.inputNames.includes(name));
  const given = used.map(([name, { data, dims }]) => [name, new Tensor(data, dims)] as const);
  const results = Object.entries(await session.run(Object.fromEntries(given))).map(([name, result]) => {
    const data = Float32Array.from(result.data as Float32Array); // ONNX Runtime's own memory cannot be handed over
    result.dispose();
    return [name, { data, dims: result.dims }] as const;
  });
  port.postMessage(
    Object.fromEntries(results),
    results.map(([, { data }]) => data.buffer),
  );
}

let before = Promise.resolve();
port.on('message', (feeds: TensorMessages | null) => {
  before = before.then(() => (feeds ? compute(feeds) : session.release().then(() => port.close())));
  before.catch((error: unknown) => {
    throw error; // reaches the other side as the thread's end
  });
});
port.postMessage('ready');
