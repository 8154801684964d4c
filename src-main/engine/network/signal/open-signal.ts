import type { tf } from '../../executors/tensorflow.ts';
import type { Pass } from '../network.ts';
import { ChannelsLastSignal } from './channels-last.ts';
import { PolyphaseSignal, type ChainLayer } from './polyphase.ts';
import type { Signal } from './signal.ts';

/**
 * (batch, time, channels) in the form that is fastest for what follows: in phases for a training step that becomes
 * one graph, where the layers allow it.
 */
export const openSignal = (pass: Pass, x: tf.Tensor, layers: readonly ChainLayer[]): Signal =>
  (pass.training?.isCompiled ? PolyphaseSignal.of(x, layers) : undefined) ?? new ChannelsLastSignal(x);
