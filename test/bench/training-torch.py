"""The peer of training.ts: the same models and steps as a hand-written loop in eager PyTorch on one thread.

Reads one request a line, `train MODEL BATCH STEPS` or `evaluate MODEL IMAGES`, and answers with the CPU seconds that it
took; to `federate FOLDER SPLIT COHORT BATCH ROUNDS SCORED_EVERY` it answers with the samples per CPU-second of FedAvg.
Samples are floats in one tensor, drawn by index; images are scored 500 at a time.
"""
import gzip
import json
import os
import random
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


def read_idx(folder, part):
    name = next(f for f in os.listdir(folder) if f.startswith(part))
    path = os.path.join(folder, name)
    with (gzip.open if name.endswith(".gz") else open)(path, "rb") as file:
        content = bytearray(file.read())
    rank = content[3]
    shape = [int.from_bytes(content[4 + 4 * k : 8 + 4 * k], "big") for k in range(rank)]
    return torch.frombuffer(content, dtype=torch.uint8, offset=4 + 4 * rank).reshape(shape)


def federate(folder, split, cohort, batch, rounds, scored_every):
    """FedAvg as one writes it: a loop over rounds and clients, one pass over each client's samples."""
    cohort, batch, rounds, scored_every = map(int, (cohort, batch, rounds, scored_every))
    began = time.process_time()
    images, test_images = (read_idx(folder, f"{part}-images").float() / 255 for part in ("train", "t10k"))
    labels, test_labels = (read_idx(folder, f"{part}-labels").long() for part in ("train", "t10k"))
    with open(split) as file:
        shards = [torch.tensor(own) for own in json.load(file)]
    draws = random.Random(1)
    torch.manual_seed(1)
    network = nn.Sequential(nn.Flatten(), nn.Linear(784, 64), nn.ReLU(), nn.Linear(64, 10))
    state = {name: value.clone() for name, value in network.state_dict().items()}
    seen = 0
    for current in range(1, rounds + 1):
        invited = draws.sample(range(len(shards)), cohort)
        total = sum(len(shards[client]) for client in invited)
        mean = {name: torch.zeros_like(value) for name, value in state.items()}
        for client in invited:
            network.load_state_dict(state)
            optimizer = torch.optim.SGD(network.parameters(), lr=0.05)
            own = shards[client][torch.randperm(len(shards[client]))]
            for start in range(0, len(own), batch):
                drawn = own[start : start + batch]
                optimizer.zero_grad()
                F.cross_entropy(network(images[drawn]), labels[drawn]).backward()
                optimizer.step()
            seen += len(own)
            for name, value in network.state_dict().items():
                mean[name] += value * (len(own) / total)
        state = mean
        if current % scored_every == 0:
            network.load_state_dict(state)
            with torch.no_grad():
                logits = network(test_images)
                F.cross_entropy(logits, test_labels).item()
                (logits.argmax(1) == test_labels).float().mean().item()
    return seen / (time.process_time() - began)


WORKS = {"train": lambda name, *sizes: train(name, *map(int, sizes)),
         "evaluate": lambda name, *sizes: evaluate(name, *map(int, sizes)), "federate": federate}
print(torch.__version__, flush=True)
for line in sys.stdin:
    verb, *words = line.split()
    print(WORKS[verb](*words), flush=True)
