"""Makes row.keras and expected.json: the published architecture, small, with random weights, and what Keras answers.

    python make-fixture.py        (Keras 3.15.1 on TensorFlow 2.21.0)
"""
import json
import os
from pathlib import Path

os.environ['TF_CPP_MIN_LOG_LEVEL'] = '3'
os.environ['CUDA_VISIBLE_DEVICES'] = ''
import keras
import numpy as np
from keras import layers as L

here = Path(__file__).parent


@keras.saving.register_keras_serializable(package='rows')
class PositionalEmbedding(L.Layer):
    def __init__(self, tokens, channels, **rest):
        super().__init__(**rest)
        self.tokens, self.channels = tokens, channels

    def build(self, shape):
        self.embedding = self.add_weight(shape=(self.tokens, self.channels), initializer='random_normal')

    def call(self, x):
        return x + self.embedding

    def get_config(self):
        return {**super().get_config(), 'tokens': self.tokens, 'channels': self.channels}


def residual(x, channels):
    shortcut = L.Conv1D(channels, 1, padding='same')(x)
    y = L.Conv1D(channels, 5, padding='same')(x)
    y = L.Activation('relu')(L.BatchNormalization()(y))
    y = L.BatchNormalization()(L.Conv1D(channels, 5, padding='same', use_bias=False)(y))
    y = L.MaxPooling1D(4)(L.ReLU()(L.Add()([shortcut, y])))
    return L.SpatialDropout1D(0.1)(y)


keras.utils.set_random_seed(1)
row = L.Input((187, 1))
x = L.Conv1D(8, 7, strides=2, padding='same', activation='relu')(row)
for channels in (8, 16):
    x = residual(x, channels)
x = PositionalEmbedding(5, 16)(x)
y = L.LayerNormalization(epsilon=1e-6)(x)
x = L.Add()([x, L.MultiHeadAttention(4, 6, dropout=0.1)(y, y)])
y = L.Dense(24, activation='gelu')(L.LayerNormalization()(x))
x = L.Add()([x, L.Dense(16)(L.Dropout(0.1)(y))])
x = L.Concatenate()([L.GlobalAveragePooling1D()(x), L.GlobalMaxPooling1D()(x)])
x = L.Dropout(0.3)(L.Dense(24, activation='relu', kernel_regularizer=keras.regularizers.L2(1e-4))(x))
model = keras.Model(row, L.Dense(5, activation='softmax')(x))

random = np.random.default_rng(1)
model.set_weights(
    [
        (0.5 + random.random(w.shape) if 'variance' in v.path else w + random.normal(0, 0.05, w.shape)).astype('float32')
        for w, v in zip(model.get_weights(), model.weights)
    ]
)
model.save(here / 'row.keras')
places = np.linspace(20, 160, 8)[:, None]
bumps = np.exp(-(((np.arange(187) - places) / 12) ** 2)) * 0.8 + 0.2 * random.random((8, 187))
rows = bumps.astype('float32')
probabilities = model.predict(rows[..., None], verbose=0)
# the digits written are read back as the same float32
expected = {'rows': rows.astype(float).tolist(), 'probabilities': probabilities.astype(float).tolist()}
(here / 'expected.json').write_text(json.dumps(expected) + '\n')
