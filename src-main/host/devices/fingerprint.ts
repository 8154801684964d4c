import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { arch, cpus, platform, release } from 'node:os';
import { join } from 'node:path';
import { appRoot } from '../program/app-root.ts';

/** Variables that decide which driver or device a process sees. */
const deciding = ['VK_ICD_FILENAMES', 'VK_DRIVER_FILES', 'CUDA_VISIBLE_DEVICES', 'LD_LIBRARY_PATH'];

/**
 * Names all that a trial's result depends on: the machine, its drivers, and the libraries that compute. Another driver
 * or library gives another name, and so another trial. Drivers show by what changes when one is installed: on Linux
 * NVIDIA's version, the graphics cards and Vulkan's list of drivers; on Windows the driver store; on macOS the system.
 */
export function machineFingerprint(): string {
  const modules = join(appRoot, 'node_modules');
  const facts = [
    ...[platform(), arch(), release(), cpus()[0]?.model ?? '', cpus().length],
    ...['.', 'node_modules/onnxruntime-node', 'node_modules/@tensorflow/tfjs-node-gpu'].map((folder) =>
      versionOf(join(appRoot, folder, 'package.json')),
    ),
    ...providerLibraries(join(modules, 'onnxruntime-node', 'bin')),
    changedAt(join(modules, '@tensorflow', 'tfjs-node-gpu', 'lib', 'napi-v8', 'tfjs_binding.node')),
    ...[textOf('/sys/module/nvidia/version'), ...graphicsCards()],
    ...['/usr/share/vulkan/icd.d', '/etc/vulkan/icd.d'].map(changedAt),
    changedAt(join(process.env.SystemRoot ?? '', 'System32', 'DriverStore', 'FileRepository')),
    ...deciding.map((name) => process.env[name] ?? ''),
  ];
  return createHash('sha256').update(JSON.stringify(facts)).digest('hex').slice(0, 16);
}

const orEmpty = <Value>(read: () => Value): Value | '' => {
  try {
    return read();
  } catch {
    return ''; // what is not there is a fact as well
  }
};
const textOf = (path: string): string => orEmpty(() => readFileSync(path, 'utf8').trim());
const changedAt = (path: string): number | '' => orEmpty(() => statSync(path).mtimeMs);
const versionOf = (path: string): string =>
  orEmpty(() => (JSON.parse(readFileSync(path, 'utf8')) as { version: string }).version);
/** When providers were added to ONNX Runtime, such as CUDA's. */
const providerLibraries = (bin: string): (number | '')[] =>
  [...orEmpty(() => readdirSync(bin))].map((napi) => changedAt(join(bin, napi, platform(), arch())));
const graphicsCards = (): string[] =>
  [...orEmpty(() => readdirSync('/sys/class/drm'))]
    .filter((name) => /^card\d+$/.test(name))
    .map((name) => ['vendor', 'device'].map((id) => textOf(`/sys/class/drm/${name}/device/${id}`)).join(' '));
