import { tf } from '../../tensorflow.ts';
import type { OnnxGraph } from '../graph.ts';
import { activated, traceKernel } from '../trace.ts';
import type { KernelCall } from '../trace.ts';

/**
 * Two-dimensional convolution (one-dimensional ones arrive as height 1) and its gradients. TensorFlow.js holds
 * signals as (batch, height, width, channels) and filters as (height, width, in, out); ONNX wants channels first.
 */
interface Attrs {
  readonly strides: [number, number] | number;
  readonly pad: 'valid' | 'same' | number | tf.backend_util.ExplicitPadding;
  readonly dataFormat: 'NHWC' | 'NCHW';
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil';
}
type Shape4 = [number, number, number, number];

function conv2dInfo(x: number[], filter: number[], attrs: Attrs, dilations: [number, number] | number) {
  if (attrs.dataFormat && attrs.dataFormat !== 'NHWC')
    throw new Error(`the ONNX executor convolves NHWC tensors, not ${attrs.dataFormat}`);
  const { strides, pad, dimRoundingMode } = attrs;
  return tf.backend_util.computeConv2DInfo(x as Shape4, filter as Shape4, strides, dilations, pad, dimRoundingMode);
}

const channelsFirst = (graph: OnnxGraph, x: string) => graph.transpose(x, [0, 3, 1, 2]);
const channelsLast = (graph: OnnxGraph, x: string) => graph.transpose(x, [0, 2, 3, 1]);

type Convolution = Attrs & { readonly dilations: [number, number] | number };

function convolve({ graph, inputs: { x, filter, bias }, attrs, nameOf, give }: KernelCall<Convolution>): tf.TensorInfo {
  const info = conv2dInfo(x.shape, filter.shape, attrs, attrs.dilations);
  const { top, left, bottom, right } = info.padInfo;
  const turned = [channelsFirst(graph, nameOf(x)), graph.transpose(nameOf(filter), [3, 2, 0, 1])];
  const y = graph.op('Conv', bias ? [...turned, graph.reshape(nameOf(bias), [info.outChannels])] : turned, {
    kernel_shape: [info.filterHeight, info.filterWidth],
    pads: [top, left, bottom, right],
    strides: [info.strideHeight, info.strideWidth],
    dilations: [info.dilationHeight, info.dilationWidth],
  });
  return give(channelsLast(graph, y), info.outShape, x.dtype);
}
traceKernel<Convolution>('Conv2D', convolve);
traceKernel<Convolution & { activation: string }>('FusedConv2D', (call) => activated(call, convolve(call)));

traceKernel<Attrs & { inputShape: number[] }>(
  'Conv2DBackpropInput',
  ({ graph, inputs: { dy, filter }, attrs, nameOf, give }) => {
    const info = conv2dInfo(attrs.inputShape, filter.shape, attrs, 1);
    const { top, left, bottom, right } = info.padInfo;
    const { filterHeight, filterWidth, strideHeight, strideWidth } = info;
    const gradient = channelsFirst(graph, nameOf(dy));
    let dx: string;
    if (strideHeight === 1 && strideWidth === 1) {
      // a convolution with the filter turned round: faster than ConvTranspose
      const reversed = (length: number) => graph.ints([...Array(length).keys()].reverse());
      let turned = nameOf(filter);
      if (filterHeight > 1) turned = graph.op('Gather', [turned, reversed(filterHeight)], { axis: 0 });
      if (filterWidth > 1) turned = graph.op('Gather', [turned, reversed(filterWidth)], { axis: 1 });
      dx = graph.op('Conv', [gradient, graph.transpose(turned, [2, 3, 0, 1])], {
        kernel_shape: [filterHeight, filterWidth],
        pads: [filterHeight - 1 - top, filterWidth - 1 - left, filterHeight - 1 - bottom, filterWidth - 1 - right],
      });
    } else {
      // samples that no whole window reached at the end get zero gradient: output_padding
      const unreached = (length: number, outputs: number, stride: number, width: number, pads: number) =>
        length - (stride * (outputs - 1) + width - pads);
      dx = graph.op('ConvTranspose', [gradient, graph.transpose(nameOf(filter), [3, 2, 0, 1])], {
        kernel_shape: [filterHeight, filterWidth],
        strides: [strideHeight, strideWidth],
        pads: [top, left, bottom, right],
        output_padding: [
          unreached(info.inHeight, info.outHeight, strideHeight, filterHeight, top + bottom),
          unreached(info.inWidth, info.outWidth, strideWidth, filterWidth, left + right),
        ],
      });
    }
    return give(channelsLast(graph, dx), attrs.inputShape, dy.dtype);
  },
);

/**
 * The filter's gradient as one plain matrix product: all windows of the input, laid out as
 * [filter position x channel, batch x place], times the gradient [batch x place, out channel].
 */
traceKernel<Attrs & { filterShape: number[] }>(
  'Conv2DBackpropFilter',
  ({ graph, inputs: { x, dy }, attrs, nameOf, give }) => {
    const info = conv2dInfo(x.shape, attrs.filterShape, attrs, 1);
    const { batchSize, inChannels, outChannels, outHeight, outWidth, filterHeight, filterWidth } = info;
    const { top, left, bottom, right } = info.padInfo;
    const places = batchSize * outHeight * outWidth;
    const turned = graph.transpose(nameOf(x), [3, 0, 1, 2]); // (channel, batch, height, width)
    const isPadded = top + left + bottom + right > 0;
    const padded = isPadded ? graph.op('Pad', [turned, graph.ints([0, 0, top, left, 0, 0, bottom, right])]) : turned;
    const cut = (value: string, axis: number, from: number, count: number, stride: number, length: number) =>
      from === 0 && stride === 1 && count === length
        ? value
        : graph.slice(value, axis, from, from + (count - 1) * stride + 1, stride);
    const parts: string[] = [];
    for (let row = 0; row < filterHeight; row++) {
      const rows = cut(padded, 2, row, outHeight, info.strideHeight, info.inHeight + top + bottom);
      for (let column = 0; column < filterWidth; column++)
        parts.push(cut(rows, 3, column, outWidth, info.strideWidth, info.inWidth + left + right));
    }
    const joined = parts.length > 1 ? graph.op('Concat', parts, { axis: 0 }) : parts[0];
    const windows = graph.reshape(joined, [filterHeight * filterWidth * inChannels, places]);
    const gradient = graph.reshape(nameOf(dy), [places, outChannels]);
    return give(graph.reshape(graph.op('Gemm', [windows, gradient]), attrs.filterShape), attrs.filterShape, x.dtype);
  },
);

traceKernel<Attrs & { filterSize: [number, number] | number }>(
  'MaxPool',
  ({ graph, inputs: { x }, attrs, nameOf, give }) => {
    const { filterSize, strides, pad, dimRoundingMode } = attrs;
    const info = tf.backend_util.computePool2DInfo(x.shape as Shape4, filterSize, strides, 1, pad, dimRoundingMode);
    const { top, left, bottom, right } = info.padInfo;
    const y = graph.op('MaxPool', [channelsFirst(graph, nameOf(x))], {
      kernel_shape: [info.filterHeight, info.filterWidth],
      strides: [info.strideHeight, info.strideWidth],
      pads: [top, left, bottom, right],
    });
    return give(channelsLast(graph, y), info.outShape, x.dtype);
  },
);
