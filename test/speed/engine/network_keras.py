"""The benchmark's network in Keras on TensorFlow; a worker for `test/speed/engine.ts`."""

import os
import sys

threads = int(sys.argv[1])
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["CUDA_VISIBLE_DEVICES"] = "-1"
os.environ["KERAS_BACKEND"] = "tensorflow"

import keras
import numpy as np
import tensorflow as tf

from worker import serve

tf.config.threading.set_intra_op_parallelism_threads(threads)
tf.config.threading.set_inter_op_parallelism_threads(1)
keras.utils.set_random_seed(1)
layers, ops = keras.layers, keras.ops

SAMPLES, CLASSES, CHANNELS, WIDTH, HEADS, FEED, BLOCKS, HIDDEN = 187, 5, (32, 64, 128), 5, 4, 256, 2, 128


class Affine(layers.Layer):
    """Gain and shift of every channel."""

    def build(self, shape):
        self.gain = self.add_weight(shape=(shape[-1],), initializer="ones", name="gain")
        self.shift = self.add_weight(shape=(shape[-1],), initializer="zeros", name="shift")

    def call(self, x):
        return x * self.gain + self.shift


class Positions(layers.Layer):
    def build(self, shape):
        self.embedding = self.add_weight(shape=shape[1:], initializer="random_normal", name="embedding")

    def call(self, x):
        return x + self.embedding


class Attention(layers.Layer):
    """Several heads, one matrix for query, key and value, no biases."""

    def build(self, shape):
        self.channels = shape[-1]
        self.tokens = shape[1]
        self.joint = self.add_weight(shape=(self.channels, 3 * self.channels), name="joint")
        self.out = self.add_weight(shape=(self.channels, self.channels), name="out")

    def call(self, x):
        width = self.channels // HEADS
        rows = ops.reshape(x, (-1, self.channels)) @ self.joint
        parts = ops.transpose(ops.reshape(rows, (-1, self.tokens, 3, HEADS, width)), (2, 0, 3, 1, 4))
        query, key, value = parts[0], parts[1], parts[2]
        paid = ops.softmax(ops.matmul(query, ops.transpose(key, (0, 1, 3, 2))) * (width**-0.5))
        mixed = ops.reshape(ops.transpose(ops.matmul(paid, value), (0, 2, 1, 3)), (-1, self.channels))
        return ops.reshape(mixed @ self.out, (-1, self.tokens, self.channels))


def make():
    signal = x = keras.Input((SAMPLES, 1))
    x = layers.Conv1D(CHANNELS[0], 7, padding="same", activation="relu")(x)
    for channels in CHANNELS:
        y = layers.ReLU()(Affine()(layers.Conv1D(channels, WIDTH, padding="same", use_bias=False)(x)))
        y = Affine()(layers.Conv1D(channels, WIDTH, padding="same", use_bias=False)(y))
        shortcut = layers.Conv1D(channels, 1, use_bias=False)(x)
        x = layers.MaxPooling1D(2)(layers.ReLU()(layers.Add()([y, shortcut])))
    x = Positions()(x)
    for _ in range(BLOCKS):
        x = layers.Add()([x, Attention()(layers.LayerNormalization(epsilon=1e-5)(x))])
        y = layers.Dense(FEED, activation="relu")(layers.LayerNormalization(epsilon=1e-5)(x))
        x = layers.Add()([x, layers.Dense(CHANNELS[-1])(y)])
    x = layers.Concatenate()([layers.GlobalAveragePooling1D()(x), layers.GlobalMaxPooling1D()(x)])
    x = layers.Dense(HIDDEN, activation="relu")(x)
    return keras.Model(signal, layers.Dense(CLASSES)(x))


model = make()
optimizer = keras.optimizers.Adam(1e-3)
optimizer.build(model.trainable_variables)
loss_of = keras.losses.CategoricalCrossentropy(from_logits=True)
random = np.random.default_rng(1)


@tf.function
def step(x, y):
    with tf.GradientTape() as tape:
        loss = loss_of(y, model(x, training=True))
    gradients = tape.gradient(loss, model.trainable_variables)
    optimizer.apply_gradients(zip(gradients, model.trainable_variables))
    return loss


@tf.function
def predict(x):
    return tf.nn.softmax(model(x, training=False))


def signals(batch):
    return tf.constant(random.random((batch, SAMPLES, 1), dtype=np.float32))


def train(batch):
    x = signals(batch)
    y = tf.one_hot(random.integers(0, CLASSES, batch), CLASSES)
    return lambda: step(x, y).numpy()


def infer(batch):
    x = signals(batch)
    return lambda: predict(x).numpy()


serve(f"keras {keras.__version__} on tensorflow {tf.__version__}", model.count_params(), train, infer)
