"""Steps of two networks against torch's: both networks, both of Adam's memories, the penalty by double backward."""

from dataclasses import replace

import numpy as np
import pytest

from limner.plugin import Context, Example, PairsProblem, Samples, flat_gradient
from limner_plugins.losses.mae import Mae
from limner_plugins.networks.unet import Unet
from limner_plugins.trainers._gan.step import AdversarialStep
from limner_plugins.trainers.adversarial import Adversarial

torch = pytest.importorskip("torch", reason="torch is not installed")
F = torch.nn.functional
CONTEXT = Context(size=(16, 16), seed=5, training=True)
LOSSES = {
    "bce": lambda y, t: F.binary_cross_entropy_with_logits(y, torch.full_like(y, t)),
    "least-squares": lambda y, t: 0.5 * F.mse_loss(y, torch.full_like(y, t)),
}


def taken(trainer, *args):
    """θ, the state, and the loss among the metrics, after a step as the loop takes it."""
    done = trainer.take_step(*args)
    return done.theta, done.state, {**done.metrics, "loss": done.loss}


class Pictures(PairsProblem):
    """Four pictures of 16 x 16 in one tile, float64."""

    points, channels, size, loss = 4, 3, (16, 16), Mae()

    def __init__(self, network):
        rng = np.random.default_rng(2)
        self.network, self.layout = network, network.layout_for(3, 3)
        self.features, self.targets = rng.uniform(0, 1, (2, 3, 4, 16, 16))
        self.trainable, self.units = self.layout.trainable, self.layout.units
        self.theta = self.layout.pack(network.init_params(rng, 3, 3)).astype(np.float64)

    def map_tiles(self, function, ctx, batch, *, whole_batch=False):
        return [function(Example(Samples(features=self.features), self.targets), ctx)]

    def parallel_map(self, function, items):
        return list(map(function, items))

    def translate(self, theta, example, ctx):
        params = self.layout.views(theta)
        y, pull = self.network.vjp(params, example.features, ctx)
        return y, lambda dy: flat_gradient(pull(dy)[0], params)


class Parameters:
    """θ as torch's parameters, handed out in order, weights in torch's order of axes."""

    def __init__(self, layout, theta):
        self.layout = layout
        views = layout.views(theta)
        arrays = [(np.ascontiguousarray(turned(views[one.name])), one.trainable) for one in layout.parameters]
        self.all = [torch.tensor(array, requires_grad=trainable) for array, trainable in arrays]

    def read(self):
        self.rest = iter(self.all)
        return lambda: next(self.rest)

    def flat(self):
        parts = [p.detach().numpy() for p in self.all]
        return np.concatenate([(p.transpose(0, 2, 3, 1) if p.ndim == 4 else p).ravel() for p in parts])

    def learned(self):
        return [p for p in self.all if p.requires_grad]


def turned(array):
    return array.transpose(0, 3, 1, 2) if array.ndim == 4 else array


def normed(x, take):
    gain, shift = take(), take()
    take(), take()
    return F.batch_norm(x, None, None, gain, shift, training=True)


def made(parameters, x):
    """A U-Net of two levels."""
    take = parameters.read()
    first = F.leaky_relu(F.conv2d(x, take(), take(), 2, 1), 0.2)
    deep = F.relu(F.conv2d(first, take(), take(), 2, 1))
    up = normed(F.conv_transpose2d(deep, take(), take(), 2, 1), take)
    both = F.relu(torch.cat([up, first], 1))
    return 0.5 + 0.5 * torch.tanh(F.conv_transpose2d(both, take(), take(), 2, 1))


def scores_of(parameters, source, picture, *, norm):
    """A patch discriminator of one halving."""
    take, same = parameters.read(), lambda x: F.pad(x, (2, 1, 2, 1))
    h = F.leaky_relu(F.conv2d(torch.cat([source, picture], 1), take(), take(), 2, 1), 0.2)
    h = F.conv2d(same(h), take(), take())
    h = F.leaky_relu(normed(h, take) if norm else h, 0.2)
    return F.conv2d(same(h), take(), take())


def tensor(pictures):
    return torch.tensor(pictures.transpose(1, 0, 2, 3).copy())


@pytest.mark.parametrize("adversarial_loss", LOSSES)
def test_steps_are_torchs(adversarial_loss):
    pairs = Pictures(Unet(width=3, widest=4, depth=2, norm="batch", output="tanh"))
    discriminator = {"kind": "patch-discriminator", "width": 3, "depth": 1, "norm": "batch", "init": "he", "scale": 1.0}
    rules = Adversarial.model_validate(
        {
            "batch": 4,
            "discriminator": discriminator,
            "adversarial_loss": adversarial_loss,
            "learning_rate": 0.002,
            "weight": 30.0,
        }
    )
    theta, state = pairs.theta, rules.init(pairs, pairs.theta, CONTEXT)
    networks = (
        Parameters(pairs.layout, theta),
        Parameters(rules.discriminator_layout(pairs), state.arrays["discriminator"]),
    )
    rates = (rules.learning_rate, rules.discriminator_learning_rate)
    adams = [torch.optim.Adam(p.learned(), lr, betas=(0.5, 0.999)) for p, lr in zip(networks, rates, strict=True)]
    source, target, lost = tensor(pairs.features), tensor(pairs.targets), LOSSES[adversarial_loss]
    for step in range(4):
        theta, state, metrics = taken(rules, pairs, theta, state, replace(CONTEXT, step=step, progress=step / 4))
        picture = made(networks[0], source)
        ours = lost(scores_of(networks[1], source, target, norm=True), rules.label)
        ours = ours + lost(scores_of(networks[1], source, picture.detach(), norm=True), 0.0)
        adams[1].zero_grad()
        ours.backward()
        adams[1].step()
        generator_loss = lost(scores_of(networks[1], source, picture, norm=True), 1.0)
        loss = generator_loss + 30.0 * F.l1_loss(picture, target)
        adams[0].zero_grad()
        loss.backward()
        adams[0].step()
        assert metrics["discriminator_loss"] == pytest.approx(ours.item(), rel=1e-9)
        assert metrics["generator_loss"] == pytest.approx(generator_loss.item(), rel=1e-9)
        assert metrics["loss"] == pytest.approx(loss.item(), rel=1e-9)
    np.testing.assert_allclose(theta, networks[0].flat(), rtol=1e-7, atol=1e-9)
    np.testing.assert_allclose(state.arrays["discriminator"], networks[1].flat(), rtol=1e-7, atol=1e-9)


def test_the_penaltys_gradient_is_that_of_double_backward(monkeypatch):
    monkeypatch.setattr("limner_plugins.trainers._gan.discriminator_step.DIFFERENCE_RMS", 0.0)
    pairs = Pictures(Unet(width=3, widest=4, depth=2))
    discriminator = {"kind": "patch-discriminator", "width": 3, "depth": 1, "norm": "none", "init": "he", "scale": 1.0}
    rules = Adversarial.model_validate(
        {"discriminator": discriminator, "adversarial_loss": "wasserstein", "penalty": 10.0, "weight": 0.0}
    )
    phi = rules.init(pairs, pairs.theta, CONTEXT).arrays["discriminator"]
    (seen,) = AdversarialStep(rules, pairs)._generate(pairs.theta, CONTEXT)
    passed = rules.discriminator_pass(rules.discriminator_layout(pairs).views(phi), 4)
    whole, plain = passed.discriminator_gradient(seen), replace(passed, penalty=0.0).discriminator_gradient(seen)

    parameters = Parameters(rules.discriminator_layout(pairs), phi)
    part = torch.tensor([seen.ctx.rng("between", i).random() for i in range(4)])[:, None, None, None]
    between = (part * tensor(pairs.targets) + (1 - part) * tensor(seen.generated)).requires_grad_()
    y = scores_of(parameters, tensor(pairs.features), between, norm=False).mean(dim=(1, 2, 3))
    (slope,) = torch.autograd.grad(y.sum(), between, create_graph=True)
    penalty = 10.0 * ((slope.flatten(1).norm(dim=1) - 1) ** 2).mean()
    grads = torch.autograd.grad(penalty, parameters.all, allow_unused=True)
    wanted = [np.zeros(p.shape) if g is None else g.numpy() for p, g in zip(parameters.all, grads, strict=True)]
    flat = np.concatenate([(g.transpose(0, 2, 3, 1) if g.ndim == 4 else g).ravel() for g in wanted])
    assert whole.loss - plain.loss == pytest.approx(penalty.item(), rel=1e-9)
    # Leaky corners lie between the two points here and there: a difference of two gradients sees them.
    np.testing.assert_allclose(whole.gradient - plain.gradient, flat, atol=1e-4 * np.abs(flat).max())
