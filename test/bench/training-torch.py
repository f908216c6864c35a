"""The peer of training.ts: the same models and steps as a hand-written loop in eager PyTorch on one thread.

Reads one request a line, `train MODEL BATCH STEPS` or `evaluate MODEL IMAGES`, and answers with the CPU seconds that it
took. Samples are floats in one tensor, drawn by index; images are scored 500 at a time.
"""
import sys
import time

import torch
import torch.nn.functional as F
from torch import nn

torch.set_num_threads(1)
SAMPLES = 2000
EVALUATION_BATCH = 500


def block(inputs, first, second):
    return [
        nn.Conv2d(inputs, first, 3, padding=1), nn.BatchNorm2d(first), nn.ReLU(),
        nn.Conv2d(first, second, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
    ]


MODELS = {
    "softmax": lambda: [nn.Flatten(), nn.Linear(784, 10)],
    "mlp": lambda: [nn.Flatten(), nn.Linear(784, 200), nn.ReLU(), nn.Linear(200, 200), nn.ReLU(), nn.Linear(200, 10)],
    "cnn-mnist": lambda: [
        nn.Conv2d(1, 10, 5), nn.MaxPool2d(2), nn.ReLU(), nn.Conv2d(10, 20, 5), nn.Dropout(), nn.MaxPool2d(2),
        nn.ReLU(), nn.Flatten(), nn.Linear(320, 50), nn.ReLU(), nn.Dropout(), nn.Linear(50, 10),
    ],
    "cnn-mcmahan": lambda: [
        nn.Conv2d(1, 32, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(32, 64, 5, padding=2), nn.ReLU(),
        nn.MaxPool2d(2), nn.Flatten(), nn.Linear(3136, 512), nn.ReLU(), nn.Linear(512, 10),
    ],
    "cnn-cifar10": lambda: [
        *block(3, 32, 64), *block(64, 128, 128), nn.Dropout2d(0.05), *block(128, 256, 256), nn.Flatten(),
        nn.Dropout(0.1), nn.Linear(4096, 1024), nn.ReLU(), nn.Linear(1024, 512), nn.ReLU(), nn.Dropout(0.1),
        nn.Linear(512, 10),
    ],
}
made = {}


def prepare(name):
    if name not in made:
        network = nn.Sequential(*MODELS[name]())
        shape = (3, 32, 32) if name == "cnn-cifar10" else (1, 28, 28)
        optimizer = torch.optim.SGD(network.parameters(), lr=0.01)
        made[name] = (network, optimizer, torch.rand(SAMPLES, *shape), torch.arange(SAMPLES) % 10)
    return made[name]


def train(name, batch, steps):
    network, optimizer, features, labels = prepare(name)
    network.train()
    indices = torch.arange(steps * batch).mul(7919).remainder(SAMPLES).reshape(steps, batch)
    began = time.process_time()
    for own in indices:
        optimizer.zero_grad()
        F.cross_entropy(network(features[own]), labels[own]).backward()
        optimizer.step()
    return time.process_time() - began


def evaluate(name, images):
    network, _, features, labels = prepare(name)
    network.eval()
    began = time.process_time()
    with torch.no_grad():
        for start in range(0, images, EVALUATION_BATCH):
            at = start % SAMPLES
            size = min(EVALUATION_BATCH, images - start)
            logits = network(features[at : at + size])
            F.cross_entropy(logits, labels[at : at + size], reduction="sum").item()
            (logits.argmax(1) == labels[at : at + size]).sum().item()
    return time.process_time() - began


print(torch.__version__, flush=True)
for line in sys.stdin:
    verb, name, *numbers = line.split()
    work = train if verb == "train" else evaluate
    print(work(name, *map(int, numbers)), flush=True)
