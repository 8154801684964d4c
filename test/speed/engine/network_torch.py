"""The benchmark's network in PyTorch; a worker for `test/speed/engine.ts`."""

import os
import sys

threads = int(sys.argv[1])
is_compiled = sys.argv[2:] == ["compiled"]
os.environ["CUDA_VISIBLE_DEVICES"] = ""
os.environ["OMP_NUM_THREADS"] = str(threads)

import torch
from torch import nn
from torch.nn import functional as F

from worker import serve

torch.set_num_threads(threads)
torch.set_num_interop_threads(1)
torch.manual_seed(1)

SAMPLES, CLASSES, CHANNELS, WIDTH, HEADS, FEED, BLOCKS, HIDDEN = 187, 5, (32, 64, 128), 5, 4, 256, 2, 128


class Affine(nn.Module):
    """Gain and shift of every channel of (batch, channels, time)."""

    def __init__(self, channels):
        super().__init__()
        self.gain = nn.Parameter(torch.ones(channels, 1))
        self.shift = nn.Parameter(torch.zeros(channels, 1))

    def forward(self, x):
        return x * self.gain + self.shift


class Stage(nn.Module):
    def __init__(self, before, after):
        super().__init__()
        self.first = nn.Conv1d(before, after, WIDTH, padding=WIDTH // 2, bias=False)
        self.second = nn.Conv1d(after, after, WIDTH, padding=WIDTH // 2, bias=False)
        self.shortcut = nn.Conv1d(before, after, 1, bias=False)
        self.norm1, self.norm2 = Affine(after), Affine(after)

    def forward(self, x):
        y = self.norm2(self.second(F.relu(self.norm1(self.first(x)))))
        return F.max_pool1d(F.relu(y + self.shortcut(x)), 2)


class Block(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.norm1, self.norm2 = nn.LayerNorm(channels), nn.LayerNorm(channels)
        self.joint = nn.Linear(channels, 3 * channels, bias=False)
        self.out = nn.Linear(channels, channels, bias=False)
        self.widen, self.narrow = nn.Linear(channels, FEED), nn.Linear(FEED, channels)

    def forward(self, x):
        batch, tokens, channels = x.shape
        parts = self.joint(self.norm1(x)).reshape(batch, tokens, 3, HEADS, channels // HEADS)
        query, key, value = parts.permute(2, 0, 3, 1, 4)
        mixed = F.scaled_dot_product_attention(query, key, value)
        x = x + self.out(mixed.transpose(1, 2).reshape(batch, tokens, channels))
        return x + self.narrow(F.relu(self.widen(self.norm2(x))))


class Network(nn.Module):
    def __init__(self):
        super().__init__()
        channels, tokens = CHANNELS[-1], SAMPLES // 2 // 2 // 2
        self.stem = nn.Conv1d(1, CHANNELS[0], 7, padding=3)
        self.stages = nn.Sequential(*[Stage(a, b) for a, b in zip((CHANNELS[0], *CHANNELS), CHANNELS)])
        self.positions = nn.Parameter(0.02 * torch.randn(tokens, channels))
        self.blocks = nn.Sequential(*[Block(channels) for _ in range(BLOCKS)])
        self.head = nn.Sequential(nn.Linear(2 * channels, HIDDEN), nn.ReLU(), nn.Linear(HIDDEN, CLASSES))

    def forward(self, x):
        x = self.blocks(self.stages(F.relu(self.stem(x))).transpose(1, 2) + self.positions)
        return self.head(torch.cat([x.mean(1), x.amax(1)], 1))


network = Network()
optimizer = torch.optim.Adam(network.parameters(), 1e-3)
forward = torch.compile(network) if is_compiled else network


def train(batch):
    x, y = torch.rand(batch, 1, SAMPLES), torch.randint(CLASSES, (batch,))

    def step():
        network.train()
        optimizer.zero_grad(set_to_none=True)
        loss = F.cross_entropy(forward(x), y)
        loss.backward()
        optimizer.step()
        return loss.item()

    return step


def infer(batch):
    x = torch.rand(batch, 1, SAMPLES)

    def predict():
        network.eval()
        with torch.inference_mode():
            return F.softmax(forward(x), 1).numpy()

    return predict


weights = sum(p.numel() for p in network.parameters())
serve(f"pytorch {torch.__version__}{' compiled' if is_compiled else ''}", weights, train, infer)
