"""The optimizers against the papers' rules, number by number, and against torch."""

import math

import numpy as np
import pytest

from limner.registry.registry import registry

STEPS, RATE = 25, 0.05
GRADIENTS = np.random.default_rng(11).normal(size=(STEPS, 7)) * [0.01, 0.1, 1, 1, 1, 10, 0]
START = np.random.default_rng(12).normal(size=7)
# None a default, and an ε so great that it matters where it is added.
SETTINGS = {"momentum": 0.7, "weight_decay": 0.4, "rho": 0.8, "beta1": 0.6, "beta2": 0.9, "epsilon": 0.03}
OPTIMIZERS = ("sgd", "momentum", "nesterov", "rmsprop", "adam", "adamw", "lion")


def optimizer(name):
    cls = registry().load("optimizer", name)
    return cls(**{key: value for key, value in SETTINGS.items() if key in cls.model_fields})


def path(rule):
    """θ after each update."""
    theta, slots, thetas = START, rule.zero_slots(START), []
    for step, gradient in enumerate(GRADIENTS, start=1):
        theta, slots = rule.update(theta, gradient.copy(), slots, RATE, step)
        thetas.append(theta)
    return np.asarray(thetas)


def one_number(name, w, slopes, s=SETTINGS):
    """A weight's path by the pseudo-code of the papers, in Python's numbers."""
    v = m = r = 0.0
    path = []
    for t, g in enumerate(slopes, start=1):
        if name == "sgd":
            w -= RATE * g
        elif name == "momentum":
            v = s["momentum"] * v + g
            w -= RATE * v
        elif name == "nesterov":
            v = s["momentum"] * v + g
            w -= RATE * (g + s["momentum"] * v)
        elif name == "rmsprop":
            r = s["rho"] * r + (1 - s["rho"]) * g**2
            w -= RATE * g / (math.sqrt(r) + s["epsilon"])
        elif name == "lion":
            c = s["beta1"] * m + (1 - s["beta1"]) * g
            w -= RATE * ((c > 0) - (c < 0) + s["weight_decay"] * w)
            m = s["beta2"] * m + (1 - s["beta2"]) * g
        else:
            if name == "adamw":
                w -= RATE * s["weight_decay"] * w
            m = s["beta1"] * m + (1 - s["beta1"]) * g
            r = s["beta2"] * r + (1 - s["beta2"]) * g**2
            m_hat, r_hat = m / (1 - s["beta1"] ** t), r / (1 - s["beta2"] ** t)
            w -= RATE * m_hat / (math.sqrt(r_hat) + s["epsilon"])
        path.append(w)
    return path


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_each_optimizer_is_its_paper_s_rule(name):
    thetas = path(optimizer(name))
    for i, w in enumerate(START.tolist()):
        np.testing.assert_allclose(thetas[:, i], one_number(name, w, GRADIENTS[:, i].tolist()), rtol=1e-12)


@pytest.mark.parametrize("name", [name for name in OPTIMIZERS if name != "lion"])  # torch has no lion
def test_each_optimizer_is_torch_s(name):
    torch = pytest.importorskip("torch", reason="torch is not installed; the papers' rules are tried without it")
    rate, momentum = {"lr": RATE}, {"momentum": SETTINGS["momentum"]}
    adam = {**rate, "betas": (SETTINGS["beta1"], SETTINGS["beta2"]), "eps": SETTINGS["epsilon"]}
    theta = torch.nn.Parameter(torch.tensor(START))
    theirs = {
        "sgd": lambda: torch.optim.SGD([theta], **rate),
        "momentum": lambda: torch.optim.SGD([theta], **rate, **momentum),
        "nesterov": lambda: torch.optim.SGD([theta], **rate, **momentum, nesterov=True),
        "rmsprop": lambda: torch.optim.RMSprop([theta], **rate, alpha=SETTINGS["rho"], eps=SETTINGS["epsilon"]),
        "adam": lambda: torch.optim.Adam([theta], **adam),
        "adamw": lambda: torch.optim.AdamW([theta], **adam, weight_decay=SETTINGS["weight_decay"]),
    }[name]()
    for ours, gradient in zip(path(optimizer(name)), GRADIENTS, strict=True):
        theta.grad = torch.tensor(gradient)
        theirs.step()
        np.testing.assert_allclose(ours, theta.detach().numpy(), rtol=1e-12)
