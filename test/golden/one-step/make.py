"""Makes one-step.json: single training steps computed by PyTorch in 64 bits, for the back ends to be compared with.

Run once with PyTorch 1.13.1:  python make.py > one-step.json
Inputs follow integer formulas, so that only results are stored. Parameters lie in one flat vector as in the engine:
for each layer kernel, then bias; dense [inputs, units], convolution [height, width, inputs, filters]; images are
[height, width, channels]. A batch normalization has gamma, then beta, and behind all parameters the vector holds the
running mean, then the running variance of each; gammas and running variances have 1 added to the formula.
"""
import json

import torch
import torch.nn.functional as F

BATCH = 4
PROBES = 20
torch.set_num_threads(1)


def features(step):
    p = torch.arange(784)
    rows = [((step * BATCH + i) * 37 + p * 7 + (p * p) % 113) % 256 for i in range(BATCH)]
    return (torch.stack(rows).double() / 255).float().double()


def labels(step):
    return torch.tensor([(3 * (step * BATCH + i) + 1) % 10 for i in range(BATCH)])


def parameters(count):
    j = torch.arange(count)
    return ((((j * 7919 + 13) % 1009).double() / 1009 - 0.5) * 0.1).float().double()


def take(flat, shapes):
    parts, at = [], 0
    for shape in shapes:
        size = int(torch.tensor(shape).prod())
        parts.append(flat[at : at + size].reshape(shape))
        at += size
    return parts


SOFTMAX = [(784, 10), (10,)]
MLP = [(784, 200), (200,), (200, 200), (200,), (200, 10), (10,)]
CNN = [(5, 5, 1, 10), (10,), (5, 5, 10, 20), (20,), (320, 50), (50,), (50, 10), (10,)]


def softmax(x, w):
    return x @ w[0] + w[1]


def mlp(x, w):
    return torch.relu(torch.relu(x @ w[0] + w[1]) @ w[2] + w[3]) @ w[4] + w[5]


def cnn(x, w):
    image = x.reshape(-1, 1, 28, 28)
    a = torch.relu(F.max_pool2d(F.conv2d(image, w[0].permute(3, 2, 0, 1), w[1]), 2))
    b = torch.relu(F.max_pool2d(F.conv2d(a, w[2].permute(3, 2, 0, 1), w[3]), 2))
    flat = b.permute(0, 2, 3, 1).reshape(-1, 320)
    return torch.relu(flat @ w[4] + w[5]) @ w[6] + w[7]


NORMALIZED = [(5, 5, 1, 6), (6,), (6,), (6,), (3, 3, 6, 8), (8,), (8,), (8,), (288, 20), (20,), (20,), (20,), (20, 10), (10,)]
GAMMAS = [2, 6, 10]
# Running mean and variance of the three normalizations.
STATISTICS = [(6,), (6,), (8,), (8,), (20,), (20,)]
VARIANCES = [1, 3, 5]


def cnn_normalized(x, w, statistics):
    def normalize(values, index):
        mean, variance = statistics[2 * index : 2 * index + 2]
        gamma, beta = w[GAMMAS[index] : GAMMAS[index] + 2]
        return F.batch_norm(values, mean, variance, gamma, beta, training=True, momentum=0.1, eps=1e-5)

    image = x.reshape(-1, 1, 28, 28)
    a = F.conv2d(image, w[0].permute(3, 2, 0, 1), w[1])
    a = F.max_pool2d(torch.relu(normalize(a, 0)), 2)
    b = F.conv2d(a, w[4].permute(3, 2, 0, 1), w[5], padding=1)
    b = F.max_pool2d(normalize(torch.relu(b), 1), 2)
    flat = b.permute(0, 2, 3, 1).reshape(-1, 288)
    return torch.relu(normalize(flat @ w[8] + w[9], 2)) @ w[12] + w[13]


def run_normalized(steps, **optimizer):
    count = sum(int(torch.tensor(shape).prod()) for shape in NORMALIZED)
    tail = sum(int(torch.tensor(shape).prod()) for shape in STATISTICS)
    whole = parameters(count + tail)
    flat, running = whole[:count].clone(), whole[count:].clone()
    for index in GAMMAS:
        take(flat, NORMALIZED)[index].add_(1)
    statistics = take(running, STATISTICS)
    for index in VARIANCES:
        statistics[index].add_(1)
    flat, running = flat.float().double(), running.float().double()
    statistics = take(running, STATISTICS)
    return descend(
        "cnn-normalized", lambda x, w: cnn_normalized(x, w, statistics), NORMALIZED, flat, running, steps, optimizer
    )


def run(name, network, shapes, steps, **optimizer):
    count = sum(int(torch.tensor(shape).prod()) for shape in shapes)
    return descend(name, network, shapes, parameters(count), torch.zeros(0).double(), steps, optimizer)


def descend(name, network, shapes, before, running, steps, optimizer):
    count = len(before)
    flat = before.clone().requires_grad_(True)
    sgd = torch.optim.SGD([flat], **optimizer)
    losses = []
    for step in range(steps):
        sgd.zero_grad()
        loss = F.cross_entropy(network(features(step), take(flat, shapes)), labels(step))
        loss.backward()
        sgd.step()
        losses.append(loss.item())
    after = flat.detach()
    probes = [(k * (count - 1)) // (PROBES - 1) for k in range(PROBES)]
    tail = {"statistics": running.tolist()} if len(running) > 0 else {}
    return {
        "name": name,
        "steps": steps,
        "optimizer": optimizer,
        "parameterCount": count,
        "meanLoss": sum(losses) / steps,
        "norm": after.norm().item(),
        "changeNorm": (after - before).norm().item(),
        "probes": [{"at": at, "value": after[at].item()} for at in probes],
        **tail,
    }


cases = [
    run("softmax", softmax, SOFTMAX, 1, lr=0.1),
    run("softmax", softmax, SOFTMAX, 3, lr=0.05, momentum=0.9, weight_decay=0.01),
    run("mlp", mlp, MLP, 1, lr=0.1),
    run("cnn-mnist", cnn, CNN, 1, lr=0.1),
    run_normalized(1, lr=0.1),
    run_normalized(2, lr=0.05, momentum=0.9, weight_decay=0.01),
]
print(json.dumps({"source": "PyTorch " + torch.__version__.split("+")[0] + ", 64-bit", "batch": BATCH, "cases": cases}, indent=1))
