import type { HyperParameters } from './hyper-parameters.ts';

/** Learning rate of step `step` (from 0) out of `steps`: a linear warm-up, then the schedule down to zero. */
export function learningRateAt(
  { learningRate, schedule, warmUpSteps }: Pick<HyperParameters, 'learningRate' | 'schedule' | 'warmUpSteps'>,
  step: number,
  steps: number,
): number {
  if (step < warmUpSteps) return (learningRate * (step + 1)) / warmUpSteps;
  if (schedule === 'constant') return learningRate;
  const done = Math.min(1, (step - warmUpSteps) / Math.max(1, steps - warmUpSteps));
  return learningRate * (schedule === 'linear' ? 1 - done : (1 + Math.cos(Math.PI * done)) / 2);
}

/** Decay of the running average at step `step`; short at first, so that the initial weights are soon forgotten. */
export const averageDecayAt = (decay: number, step: number): number => Math.min(decay, (1 + step) / (10 + step));
