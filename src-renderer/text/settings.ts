import type { DeviceUse } from '../../src-main/domain/device.ts';
import type { Settings } from '../../src-main/contract/settings.ts';

export const settingsText = {
  title: 'Settings',
  group: 'Settings',
  reader: 'Reader',
  initials: 'Initials',
  initialsHint: 'Stored with every change you make, on this computer only. At most 12 characters.',
  saved: 'Saved.',

  look: 'Look',
  identities: 'Names, identifiers, dates and free text of imported files',
  identity: { kept: 'Kept', removed: 'Removed, dates moved' },
  theme: 'Theme',
  themes: { system: 'As the system', light: 'Light', dark: 'Dark' } satisfies Record<Settings['theme'], string>,
  size: 'Size of the interface',
  sizeOf: (percent: number) => `${percent} %`,
  sizeHint: 'For this window. The browser’s own zoom changes the measured scale; this does not.',

  display: 'Measure this display',
  displayWhy: 'Paper speed and gain are printed in millimetres only on a measured display.',
  measured: (pxPerMm: number) => `Measured: ${pxPerMm.toFixed(3)} pixels a millimetre.`,
  notMeasured: 'Not measured: no millimetre is claimed.',
  otherDisplay: 'Measured on another display or zoom: no millimetre is claimed here.',
  against: 'Hold against the bar',
  objects: { ruler: 'A ruler', card: 'A bank card' },
  objectHow: {
    ruler: 'Drag the right end of the bar until it is exactly 100 mm long.',
    card: 'Drag the right end of the bar until it is exactly as long as the long side of the card (85.60 mm, ISO/IEC 7810 ID-1).',
  },
  bar: 'Length of the bar',
  barEnd: 'Right end of the bar; arrow keys move it by a pixel, with Shift by a tenth',
  barValue: (lengthPx: number, mm: number) => `${lengthPx.toFixed(1)} pixels for ${mm} mm`,
  keepMeasure: 'Keep this length',
  forgetMeasure: 'Forget the measurement',
  narrower: 'The window is too narrow for the bar: make it wider.',

  engine: 'Computing',
  device: 'Device',
  devices: {
    auto: 'Choose by itself',
    cpu: 'Processor (CPU)',
    webgpu: 'Graphics, WebGPU',
    cuda: 'Graphics, CUDA',
    dml: 'Graphics, DirectML',
    coreml: 'Apple CoreML',
    'tfjs-node-gpu': 'TensorFlow (tfjs-node-gpu)',
  } satisfies Record<Settings['device'], string>,
  deviceHint:
    'Work that starts from now on uses it. Where a device fails twice, the work goes on without it, and you are told.',
  deviceAtStart: 'Named when the program was started (--device or RHYTHM_DEVICE); it cannot be changed here.',
  deviceFailed: 'The CPU does that work, until the device is used or tried again or the program starts anew.',
  deviceFailedAtStart: 'The CPU does that work, until the devices are tried again or the program starts anew.',
  deviceUseAgain: 'Use it again',
  predictsWith: 'Predicts with',
  trainsWith: 'Trains with',
  processor: 'Computer',
  devicesTried: {
    title: 'Devices tried',
    predicting: 'Predicting, beats/s',
    training: 'Training, beats/s',
    result: 'Result',
    taken: (uses: readonly DeviceUse[]): string =>
      ({ 0: 'Set aside.', 1: uses[0] === 'train' ? 'Trains.' : 'Predicts.' })[uses.length] ?? 'Predicts and trains.',
    how: 'Each is run for about two seconds on the record model’s operations, in a process of its own; the fastest whose results are the CPU’s is taken.',
    at: (time: string) => `Tried ${time}.`,
    never: 'Not tried on this computer yet. It happens by itself before the first training, unless a device is named.',
    again: 'Try the devices again',
    tryNow: 'Try the devices now',
    stop: 'Stop',
  },

  program: 'Program',
  version: 'Version',
  host: 'Runs in',
  hosts: { electron: 'its own window', browser: 'a browser on this computer' },
  workspace: 'Workspace',
  workspaceHint:
    'Everything that people and models said, and the signals. Another folder is chosen when the program starts.',
  copy: 'Copy',
  copied: 'Folder copied.',
  network: 'Network',
  networkNone: 'none: nothing leaves this computer',

  notDevice: 'Not a medical device',
  notDeviceText:
    'RhythmAttention is for research and annotation. It does not diagnose, it is not cleared by any authority, and its figures must not be used to treat a patient.',
  licence: 'Licence',
  licenceText: `MIT License

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated documentation files (the "Software"), to deal in the Software without restriction, including without limitation the rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.`,
  fonts: 'The font Inter is under the SIL Open Font License 1.1.',

  commands: {
    tryDevices: 'Try what can compute on this computer',
    keep: 'Keep the measured length',
    forget: 'Forget the measurement of this display',
    copyFolder: 'Copy the workspace folder',
  },
};
