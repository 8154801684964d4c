import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { Tensor } from 'onnxruntime-node';
import { checkFeeds } from '../executor.ts';
import type { CompiledFunction, Feeds, Outputs, TensorSpec } from '../executor.ts';
import { mapNamed } from '../named.ts';
import { asTensor, naming, outputsOf } from './session-function.ts';
import type { TensorMessage, TensorMessages } from './session-worker.ts';

/**
 * A function in a session of a thread of its own, so that it computes while another does. Feeds and results are
 * copied, for a tensor belongs to one thread.
 */
export class WorkerFunction implements CompiledFunction {
  readonly inputs: Readonly<Record<string, TensorSpec>>;
  readonly #worker: Worker;
  /** Calls that wait for their answers, which come in the same order. */
  readonly #waiting: PromiseWithResolvers<TensorMessages>[] = [];
  #ended: Error | undefined;

  private constructor(inputs: Readonly<Record<string, TensorSpec>>, worker: Worker) {
    this.inputs = inputs;
    this.#worker = worker;
    worker.on('message', (results: TensorMessages) => {
      this.#waiting.shift()?.resolve(results);
      if (!this.#waiting.length && !this.#ended) worker.unref(); // a program that has nothing else to do ends
    });
    worker.on('error', (error) => this.#end(error));
    worker.on('exit', () => this.#end(new Error('the thread of this function has ended')));
    worker.unref();
  }

  /** @param graph  bytes of an ONNX model whose inputs and outputs are called as `naming` has it. */
  static async start(inputs: Readonly<Record<string, TensorSpec>>, graph: Uint8Array): Promise<WorkerFunction> {
    const worker = new Worker(new URL('./session-worker.ts', import.meta.url), { workerData: graph });
    await once(worker, 'message'); // ready
    return new WorkerFunction(inputs, worker);
  }

  run = async (feeds: Feeds): Promise<Outputs> => {
    checkFeeds(this.inputs, feeds);
    if (this.#ended) throw this.#ended;
    const copies = Object.entries(this.inputs).map(([name, spec]): [string, TensorMessage] => {
      const { data, dims } = asTensor(feeds[name], spec);
      return [naming.input(name), { data: (data as Float32Array<ArrayBuffer>).slice(), dims }];
    });
    const answer = Promise.withResolvers<TensorMessages>();
    this.#waiting.push(answer);
    this.#worker.ref();
    this.#worker.postMessage(
      Object.fromEntries(copies),
      copies.map(([, { data }]) => data.buffer),
    );
    return outputsOf(mapNamed(await answer.promise, ({ data, dims }) => new Tensor(data, dims)));
  };

  /** After the calls that wait: ONNX Runtime cannot be stopped in the middle without taking the program along. */
  dispose = async (): Promise<void> => {
    if (this.#ended) return;
    this.#ended = new Error('this function was disposed of');
    this.#worker.ref();
    this.#worker.postMessage(null);
    await once(this.#worker, 'exit');
  };

  #end(reason: Error): void {
    this.#ended ??= reason;
    for (const { reject } of this.#waiting.splice(0)) reject(reason);
  }
}
