"""ResGen's network and training loss as a PyTorch user would write them for speed.

The same sizes and the same arithmetic as the Java library's: fused qkv, the fastest attention that
this torch has, additions and products fused where torch offers it (addcmul, addmm, lerp), masks
drawn on whole tensors. Used by bench-python only.
"""
import math
import time

import torch
import torch.nn.functional as F
from torch import nn


def _attention_products(q, k, v, causal):
    b, h, n, d = q.shape
    q, k, v = (t.reshape(b * h, n, d) for t in (q, k, v))
    if causal:
        bias = torch.full((n, n), float("-inf"), dtype=q.dtype).triu(1).expand(b * h, n, n)
    else:
        bias = torch.zeros((), dtype=q.dtype)
    scores = torch.baddbmm(bias, q, k.transpose(1, 2), beta=1 if causal else 0, alpha=d**-0.5)
    return torch.bmm(torch.softmax(scores, 2), v).view(b, h, n, d)


def _attention_fused(q, k, v, causal):
    return F.scaled_dot_product_attention(q, k, v, is_causal=causal)


def wait():
    """A GPU works on while Python goes on."""
    if torch.cuda.is_available():
        torch.cuda.synchronize()


def _seconds(work, times=5):
    work()
    best = float("inf")
    for _ in range(times):
        wait()
        start = time.perf_counter()
        work()
        wait()
        best = min(best, time.perf_counter() - start)
    return best


def fastest(candidates, call):
    """The first of callables that `call` runs fastest with."""
    return min(candidates, key=lambda c: _seconds(lambda: call(c)))


def attention_for(batch, heads, length, width, causal, gradients):
    """The fastest attention of this torch at these sizes."""
    candidates = [_attention_products]
    if hasattr(F, "scaled_dot_product_attention"):
        candidates.append(_attention_fused)
    q = torch.randn(batch, heads, length, width, requires_grad=gradients)

    def call(attention):
        y = attention(q, q, q, causal)
        if gradients:
            y.sum().backward()

    return candidates[0] if len(candidates) == 1 else fastest(candidates, call)


def rotary_grid(grid, width):
    """Cosines and sines of a grid of positions, half of a head's pairs for rows, half for columns."""
    pairs = width // 2
    per_axis = max(1, pairs // 2)
    at = torch.arange(grid * grid)
    angles = []
    for p in range(pairs):
        axis = at // grid if p < per_axis else at % grid
        count = per_axis if p < per_axis else pairs - per_axis
        angles.append(axis * 10000.0 ** (-(p if p < per_axis else p - per_axis) / count))
    angle = torch.stack(angles, 1).float()
    angle = torch.cat([angle, angle], 1)
    return angle.cos(), angle.sin()


def rotate(x, cos, sin):
    half = x.shape[-1] // 2
    return torch.addcmul(x * cos, torch.cat([-x[..., half:], x[..., :half]], -1), sin)


class Block(nn.Module):
    """Pre-norm attention and MLP whose norms are moved by a shared modulation."""

    def __init__(self, width, heads, expansion):
        super().__init__()
        self.heads = heads
        self.bias = nn.Parameter(torch.zeros(6, width))
        self.qkv = nn.Linear(width, 3 * width, bias=False)
        self.out = nn.Linear(width, width, bias=False)
        self.up = nn.Linear(width, expansion * width, bias=False)
        self.down = nn.Linear(expansion * width, width, bias=False)
        with torch.no_grad():
            self.bias[2].fill_(1)
            self.bias[5].fill_(1)

    def project(self, x, m):
        b, n, w = x.shape
        y = torch.addcmul(m[0], F.layer_norm(x, (w,)), 1 + m[1])
        return self.qkv(y).view(b, n, 3, self.heads, w // self.heads).permute(2, 0, 3, 1, 4)

    def finish(self, x, a, m):
        b, n, w = x.shape
        x = torch.addcmul(x, m[2], self.out(a.transpose(1, 2).reshape(b, n, w)))
        y = torch.addcmul(m[3], F.layer_norm(x, (w,)), 1 + m[4])
        h = self.down(F.gelu(self.up(y), approximate="tanh"))
        return torch.addcmul(x, m[5], h)

    def forward(self, x, condition, cos, sin, attention, causal=False):
        m = (condition + self.bias).unbind(2)  # six of [B, 1, W]
        p = self.project(x, m)
        qk = rotate(p[:2], cos, sin)
        return self.finish(x, attention(qk[0], qk[1], p[2], causal), m)


class Transformer(nn.Module):
    def __init__(self, width, layers, heads, expansion):
        super().__init__()
        self.blocks = nn.ModuleList(Block(width, heads, expansion) for _ in range(layers))
        self.norm = nn.Parameter(torch.zeros(2, width))

    def last(self, x, modulation):
        m = modulation[:, :, 6:] + self.norm
        return torch.addcmul(m[:, :, 0], F.layer_norm(x, (x.shape[2],)), 1 + m[:, :, 1])

    def forward(self, x, modulation, cos, sin, attention, causal=False):
        for block in self.blocks:
            x = block(x, modulation[:, :, :6], cos, sin, attention, causal)
        return self.last(x, modulation)


class ResGen(nn.Module):
    """`s` holds the sizes: grid, depth, codes, dimension, classes, width, layers, heads, ..."""

    def __init__(self, s):
        super().__init__()
        self.s = s
        w, d, h = s["width"], s["depth"], s["dimension"]
        length = s["grid"] ** 2
        self.input = nn.Linear(h, w)
        self.table = nn.Parameter(0.5 * torch.randn(d, 2, s["state_width"]))
        self.state = nn.Linear(d * s["state_width"], w)
        self.position = nn.Parameter(0.5 * torch.randn(length, w))
        self.class_input = nn.Embedding(s["classes"] + 1, w)
        self.class_norm = nn.Embedding(s["classes"] + 1, w)
        self.modulation = nn.Sequential(nn.Linear(w, 4 * w), nn.SiLU(), nn.Linear(4 * w, 8 * w))
        self.backbone = Transformer(w, s["layers"], s["heads"], s["expansion"])
        self.head = nn.Linear(w, s["components"] + h + 1)
        self.offset = nn.Parameter(torch.randn(d, s["components"], h))
        self.register_buffer("unit", torch.zeros(d))
        self.register_buffer("floor", torch.full((d,), -4.0))
        self.register_buffer("depths", torch.arange(d))
        cos, sin = rotary_grid(s["grid"], w // s["heads"])
        self.register_buffer("cos", cos)
        self.register_buffer("sin", sin)
        self.attention = _attention_products

    def hidden(self, sums, visible, labels):
        """[B, L, H], [B, L], [B] -> [B, L, W]"""
        bits = (self.depths < visible.unsqueeze(2)).long() + 2 * self.depths
        state = F.embedding(bits, self.table.flatten(0, 1)).flatten(2)
        x = self.input(sums) + self.state(state) + self.position
        x = x + self.class_input(labels).unsqueeze(1)
        m = self.modulation(self.class_norm(labels)).view(len(labels), 1, 8, -1)
        return self.backbone(x, m, self.cos, self.sin, self.attention)

    def loss(self, codes, labels, books):
        """The mixture's bound over the positions with a masked token: codes [B, L, D]."""
        b, n, d = codes.shape
        visible = self.draw_masks(b, n, d)
        e = F.embedding(codes + self.depths * self.s["codes"], books.flatten(0, 1))
        shown = (self.depths < visible.unsqueeze(2)).unsqueeze(3)
        seen = (e * shown).sum(2)
        target = e.sum(2) - seen
        x = self.hidden(seen, visible, labels)
        at = (visible.flatten() < d).nonzero().squeeze(1)
        level = d - 1 - visible.flatten()[at]
        order = torch.argsort(level)  # the same number of masked depths side by side
        at, level = at[order], level[order]
        terms = self.mixture(
            x.flatten(0, 1).index_select(0, at), target.flatten(0, 1).index_select(0, at), level
        )
        return terms.sum() / (d * visible.numel() - visible.sum())

    def loss_fixed(self, codes, labels, books):
        """The same over all positions, those without a masked token with weight 0: fixed shapes."""
        b, n, d = codes.shape
        visible = self.draw_masks(b, n, d)
        e = F.embedding(codes + self.depths * self.s["codes"], books.flatten(0, 1))
        shown = (self.depths < visible.unsqueeze(2)).unsqueeze(3)
        seen = (e * shown).sum(2)
        target = e.sum(2) - seen
        x = self.hidden(seen, visible, labels).flatten(0, 1)
        level = (d - 1 - visible.flatten()).clamp(min=0)
        terms = self.mixture_fixed(x, target.flatten(0, 1), level)
        some = visible.flatten() < d
        return torch.where(some, terms, 0.0).sum() / (d * visible.numel() - visible.sum()).clamp(min=1)

    def mixture_fixed(self, x, z, level):
        k, h = self.s["components"], z.shape[1]
        log_pi = F.log_softmax(F.linear(x, self.head.weight[:k], self.head.bias[:k]), 1)
        rest = F.linear(x.detach(), self.head.weight[k:], self.head.bias[k:])
        base = self.unit[level]
        log_a = torch.maximum(base + rest[:, h], self.floor[level])
        zt = (z - rest[:, :h] * base.exp().unsqueeze(1)) * torch.exp(-log_a).unsqueeze(1)
        flat = self.offset.flatten(0, 1)
        cross = torch.addmm((flat * flat).sum(1), zt, flat.t(), alpha=-2).view(len(z), -1, k)
        own = cross.gather(1, level.view(-1, 1, 1).expand(-1, 1, k)).squeeze(1)
        squared = own + (zt * zt).sum(1, keepdim=True)
        log_n = -0.5 * squared - 0.5 * h * math.log(2 * math.pi)
        log_q = F.log_softmax(log_n.detach() * 4.0, 1)
        q = log_q.exp()
        return h * log_a - (q * log_n).sum(1) + (q * (log_q - log_pi)).sum(1)

    def draw_masks(self, b, n, d):
        """Visible depths per position [B, L]: circle schedule, hypergeometric over positions."""
        r = torch.rand(b, dtype=torch.float64)
        masked = torch.ceil(torch.sqrt(1 - r * r) * n * d - 1e-9).clamp(1, n * d).long()
        rank = torch.rand(b, n * d).argsort(1).argsort(1)
        return d - (rank < masked.unsqueeze(1)).view(b, n, d).sum(2)

    def mixture(self, x, z, level):
        k, h = self.s["components"], z.shape[1]
        log_pi = F.log_softmax(F.linear(x, self.head.weight[:k], self.head.bias[:k]), 1)
        rest = F.linear(x.detach(), self.head.weight[k:], self.head.bias[k:])
        base = self.unit[level]
        log_a = torch.maximum(base + rest[:, h], self.floor[level])
        zt = (z - rest[:, :h] * base.exp().unsqueeze(1)) * torch.exp(-log_a).unsqueeze(1)
        counts = torch.bincount(level, minlength=len(self.floor)).tolist()
        tables = (self.offset * self.offset).sum(2)
        distances = [
            torch.addmm(tables[i], part, self.offset[i].t(), alpha=-2)
            for i, part in enumerate(torch.split(zt, counts))
            if len(part)
        ]
        squared = torch.cat(distances) + (zt * zt).sum(1, keepdim=True)
        log_n = -0.5 * squared - 0.5 * h * math.log(2 * math.pi)
        log_q = F.log_softmax(log_n.detach() * 4.0, 1)
        q = log_q.exp()
        return h * log_a - (q * log_n).sum(1) + (q * (log_q - log_pi)).sum(1)
