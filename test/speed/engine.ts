/**
 * Speed of the engine side by side with others, on one network, by the same rounds in turn:
 * `npm run bench -- engine [--peers] [--rounds N] [--quick] [--json]`.
 * One thread is measured in processor time, which a busy machine disturbs least; two threads in wall time.
 */
import { spawn } from 'node:child_process';
import { availableParallelism, cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { installPeers } from './engine/peers.ts';
import { median, startWorker } from './engine/workers.ts';
import type { Request, Worker } from './engine/workers.ts';

const { values: flags } = parseArgs({
  options: {
    peers: { type: 'boolean', default: false },
    rounds: { type: 'string', default: '15' },
    quick: { type: 'boolean', default: false }, // leaves out the long runs: memory, a day's beats, load
    json: { type: 'boolean', default: false },
  },
});
const rounds = Number(flags.rounds);
const folder = join(import.meta.dirname, 'engine');
const python = flags.peers ? installPeers() : undefined;

const ours = (threads: number, kind: string) =>
  startWorker(process.execPath, ['--no-warnings', join(folder, 'worker.ts'), String(threads), kind]);
const peer = (threads: number, file: string, ...more: string[]) =>
  startWorker(python!, [join(folder, file), String(threads), ...more]);

/** Starts every engine that this machine has; the first is this project's own. */
async function engines(threads: number): Promise<Worker[]> {
  const started = [await ours(threads, 'onnx')];
  const attempts: [string, () => Promise<Worker>][] = [
    ['libtensorflow under tfjs-node', () => ours(threads, 'libtensorflow')],
    ...(python
      ? ([
          ['Keras', () => peer(threads, 'network_keras.py')],
          ['PyTorch', () => peer(threads, 'network_torch.py')],
          ['PyTorch compiled', () => peer(threads, 'network_torch.py', 'compiled')],
        ] as [string, () => Promise<Worker>][])
      : []),
  ];
  for (const [name, start] of attempts)
    try {
      started.push(await start());
    } catch (error) {
      console.log(`absent: ${name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  return started;
}

interface Figures {
  readonly engine: string;
  /** Beats a second, of processor time on one thread or of wall time on two. */
  readonly beatsPerS: number;
  readonly msPerCall: number;
  /** Ours by this engine's, the median over rounds in turn. */
  readonly oursByThis: number;
}

/** Every engine does a little of the same in turn, round by round, so that what else the machine does meets all of them. */
async function sideBySide(workers: readonly Worker[], request: Request, by: 'cpu' | 'wall'): Promise<Figures[]> {
  const able: Worker[] = [];
  for (const worker of workers)
    try {
      await worker.ask({ ...request, times: 2 }); // compiles and allocates
      able.push(worker);
    } catch (error) {
      console.log(`absent: ${worker.name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  const ms = able.map((): number[] => []);
  for (let round = 0; round < rounds; round++)
    for (const [i, worker] of able.entries()) {
      const { wallMs, cpuMs } = await worker.ask(request);
      ms[i].push(by === 'cpu' ? cpuMs / request.times : median(wallMs));
    }
  return able.map(({ name }, i) => ({
    engine: name,
    beatsPerS: Math.round((request.batch * 1000) / median(ms[i])),
    msPerCall: Math.round(median(ms[i]) * 100) / 100,
    oursByThis: Math.round(median(ms[i].map((each, round) => each / ms[0][round])) * 1000) / 1000,
  }));
}
/** Ours against the fastest other; undefined where there is none. */
const ratio = (figures: readonly Figures[]) =>
  figures.length > 1 ? Math.min(...figures.slice(1).map(({ oursByThis }) => oursByThis)) : undefined;

const machine = {
  processor: cpus()[0].model,
  cores: availableParallelism(),
  memoryGb: Math.round(totalmem() / 2 ** 30),
  system: `${process.platform} ${process.arch}`,
  node: process.version,
};
console.log(
  Object.entries(machine)
    .map(([key, value]) => `${key} ${value}`)
    .join(', '),
);
const show = (title: string, figures: readonly Figures[]) => {
  console.log(`\n${title}`);
  console.table(figures);
};

const alone = await engines(1);
console.log(alone.map(({ name, trainableWeights }) => `${name}: ${trainableWeights} weights`).join('\n'));
const training = await sideBySide(alone, { act: 'train', batch: 128, times: 2 }, 'cpu');
show('training, batch 128, one thread, by processor time', training);
const inference = await sideBySide(alone, { act: 'infer', batch: 256, times: 2 }, 'cpu');
show('inference, batch 256, float32, one thread, by processor time', inference);
const oneBeat = await sideBySide(alone, { act: 'infer', batch: 1, times: 50 }, 'wall');
show('one beat, one thread, by wall time', oneBeat);
const int8Worker = await ours(1, 'int8');
const int8 = await sideBySide([int8Worker, ...alone.slice(1)], { act: 'infer', batch: 256, times: 2 }, 'cpu');
show('inference, batch 256, ours with products of 8 bits, one thread, by processor time', int8);
for (const worker of [...alone, int8Worker]) worker.stop();

const pair = await engines(2);
const trainingWall = await sideBySide(pair, { act: 'train', batch: 128, times: 2 }, 'wall');
show('training, batch 128, two threads, by wall time', trainingWall);
const inferenceWall = await sideBySide(pair, { act: 'infer', batch: 256, times: 2 }, 'wall');
show('inference, batch 256, float32, two threads, by wall time', inferenceWall);
for (const worker of pair) worker.stop();

// plain TensorFlow.js takes seconds for what the others do in milliseconds: a few beats, once
const plain = await ours(1, 'plain');
const plainTraining = await plain.ask({ act: 'train', batch: 2, times: 1 });
const plainInference = await plain.ask({ act: 'infer', batch: 4, times: 1 });
plain.stop();
const plainRates = {
  engine: plain.name,
  trainingBeatsPerCpuS: Math.round(20000 / plainTraining.cpuMs) / 10,
  inferenceBeatsPerCpuS: Math.round(40000 / plainInference.cpuMs) / 10,
};
console.log('\nplain TensorFlow.js, a few beats once:', plainRates);

const startFrom = performance.now();
const fresh = await ours(2, 'onnx');
await fresh.ask({ act: 'train', batch: 128, times: 1 });
const firstStepS = Math.round(performance.now() - startFrom) / 1000;
console.log(`\nfrom starting the process to the end of the first training step: ${firstStepS} s`);

const long = flags.quick ? undefined : await longRuns(fresh);
fresh.stop();

const rateOf = (figures: readonly Figures[]) => figures[0].beatsPerS;
const ratios = {
  /** The smaller of processor time on one thread and wall time on two. */
  training: smaller(ratio(training), ratio(trainingWall)),
  trainingCpu: ratio(training),
  trainingWall: ratio(trainingWall),
  inference: ratio(inference),
  inferenceWall: ratio(inferenceWall),
  inferenceInt8: ratio(int8),
  oneBeat: ratio(oneBeat),
};
console.log('\nours by the fastest other:', ratios);
if (flags.json)
  console.log(
    JSON.stringify({
      ratios,
      machine,
      peers: alone.map(({ name }) => name),
      ours: {
        trainingBeatsPerCpuS: rateOf(training),
        trainingBeatsPerS: rateOf(trainingWall),
        inferenceBeatsPerCpuS: rateOf(inference),
        inferenceBeatsPerS: rateOf(inferenceWall),
        oneBeatMs: oneBeat[0].msPerCall,
        firstStepS,
        ...long,
      },
      tables: { training, trainingWall, inference, inferenceWall, int8, oneBeat, plainRates },
    }),
  );

function smaller(a: number | undefined, b: number | undefined) {
  return a === undefined || b === undefined ? (a ?? b) : Math.min(a, b);
}

/** What takes minutes: memory over 2,000 steps, a busy neighbour, a day's beats. */
async function longRuns(worker: Worker) {
  await worker.ask({ act: 'train', batch: 8, times: 200 });
  const early = await worker.ask({ act: 'train', batch: 8, times: 1 });
  const late = await worker.ask({ act: 'train', batch: 8, times: 1800 });
  const fresh = await ours(2, 'onnx'); // which has trained nothing else
  const { peakMemoryMb } = await fresh.ask({ act: 'train', batch: 128, times: 20 });
  fresh.stop();
  const memory = {
    peakTrainingMb: Math.round(peakMemoryMb),
    afterSteps200Mb: Math.round(early.memoryMb!),
    afterSteps2000Mb: Math.round(late.memoryMb!),
  };
  console.log('\nmemory (batch 128: peak; batch 8: after 200 and 2,000 steps):', memory);

  const quiet = median((await worker.ask({ act: 'train', batch: 128, times: 8 })).wallMs);
  const neighbour = spawn(process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore' });
  const busy = median((await worker.ask({ act: 'train', batch: 128, times: 8 })).wallMs);
  neighbour.kill();
  const speedUnderLoad = Math.round((100 * quiet) / busy) / 100;
  console.log(
    `training on two threads with another process busy on one core: ${speedUnderLoad} of the speed without it ` +
      `(that core's share: ${1 - 1 / availableParallelism()} is left)`,
  );

  const single = await ours(1, 'onnx');
  const beats = 100_000;
  const day = await single.ask({ act: 'infer', batch: beats, times: 1 });
  const dayRecord = await single.ask({ act: 'record', batch: beats, times: 1 });
  single.stop();
  const scoring = {
    networkCpuS: Math.round(day.cpuMs / 100) / 10,
    shippedModelCpuS: Math.round(dayRecord.cpuMs / 100) / 10,
  };
  console.log("a day's 100,000 beats, CPU seconds on one thread:", scoring);
  return { memory, speedUnderLoad, scoring };
}
