import type { DeviceName } from '../../domain/device.ts';

/** How far a device's arithmetic may take a result from another float32 executor's. */
export interface Tolerance {
  /** Of outputs, loss and gradients: length of the difference by that of the expected values. */
  readonly relative: number;
  readonly why: string;
}

/**
 * float32 keeps 24 bits, 6e-8; sums of the longest rows here (thousands of products) in another order move by a few
 * ten of these. What a device adds to that is said beside it.
 */
export const tolerances: Readonly<Record<DeviceName, Tolerance>> = {
  cpu: { relative: 1e-5, why: 'the same float32 operations, sums in another order' },
  'tfjs-node-gpu': {
    relative: 5e-4,
    why: 'as cuda; on the CPU it is held to the bound of cpu',
  },
  cuda: { relative: 5e-4, why: 'cuDNN may choose convolutions by minimal filtering: 1.7e-4 was seen (H200)' },
  dml: { relative: 1e-4, why: 'HLSL allows exp, division and square roots some last bits (2^-21 and more)' },
  coreml: { relative: 2e-3, why: 'the Neural Engine keeps values in float16, 11 bits (5e-4)' },
  webgpu: { relative: 1e-4, why: 'WGSL allows exp 3 + 2|x| and division 2.5 units in the last place' },
};

/** TensorFlow's library computes in float32 on the CPU; only on CUDA does it differ further. */
export const toleranceOf = (device: DeviceName, ranOn: string): number =>
  tolerances[device === 'tfjs-node-gpu' && ranOn === 'cpu' ? 'cpu' : device].relative;
