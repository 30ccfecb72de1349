"""RQ-Transformer's sampling of one image with kept keys and values, as a PyTorch user would write it
for speed: buffers made once, norms' shifts and scales computed once a sample, in-place writes.
"""
import torch
import torch.nn.functional as F
from torch import nn

from resgen_network import Transformer, fastest, rotary_grid


def product_linear(x, weight):
    return F.linear(x, weight)


def product_vector(x, weight):
    return torch.mv(weight, x.view(-1)).unsqueeze(0)


def rotary_line(length, width):
    pairs = width // 2
    angle = torch.arange(length).unsqueeze(1) * 10000.0 ** (-torch.arange(pairs) / pairs)
    angle = torch.cat([angle, angle], 1)
    return angle.cos(), angle.sin()


def attend_products(q, k, v):
    scores = torch.matmul(q, k.transpose(1, 2)) * q.shape[2] ** -0.5
    return torch.matmul(torch.softmax(scores, 2), v)


def attend_fused(q, k, v):
    return F.scaled_dot_product_attention(q.unsqueeze(0), k.unsqueeze(0), v.unsqueeze(0)).squeeze(0)


class Steps:
    """A causal transformer run position by position for one sequence."""

    def __init__(self, transformer, heads, length, tables, product, attend):
        self.blocks = list(transformer.blocks)
        self.norm = transformer.norm
        self.heads = heads
        width = self.norm.shape[1]
        self.cos, self.sin = tables
        self.keys = torch.empty(len(self.blocks), heads, length, width // heads)
        self.values = torch.empty_like(self.keys)
        self.product = product
        self.attend = attend
        self.shape = (1, width)

    def begin(self, modulation):
        """modulation: [8, W] of the class; norms' rows are added here, once a sample."""
        one = torch.tensor([0.0, 1, 0, 0, 1, 0]).unsqueeze(1)
        self.rows = [(modulation[:6] + b.bias + one).unsqueeze(1).unbind(0) for b in self.blocks]
        self.last = (modulation[6:] + self.norm + one[:2]).unsqueeze(1).unbind(0)

    def next(self, x, at):
        width = x.shape[1]
        cos, sin = self.cos[at], self.sin[at]
        half = cos.shape[0] // 2
        for i, (block, m) in enumerate(zip(self.blocks, self.rows)):
            y = torch.addcmul(m[0], F.layer_norm(x, (width,)), m[1])
            p = self.product(y, block.qkv.weight).view(3, self.heads, 1, width // self.heads)
            qk = p[:2]
            turned = torch.cat([-qk[..., half:], qk[..., :half]], -1)
            r = torch.addcmul(qk * cos, turned, sin)
            self.keys[i, :, at : at + 1] = r[1]
            self.values[i, :, at : at + 1] = p[2]
            a = self.attend(r[0], self.keys[i, :, : at + 1], self.values[i, :, : at + 1])
            x = torch.addcmul(x, m[2], self.product(a.reshape(self.shape), block.out.weight))
            y = torch.addcmul(m[3], F.layer_norm(x, (width,)), m[4])
            h = F.gelu(self.product(y, block.up.weight), approximate="tanh")
            x = torch.addcmul(x, m[5], self.product(h, block.down.weight))
        return torch.addcmul(self.last[0], F.layer_norm(x, (width,)), self.last[1])


class RqTransformer(nn.Module):
    def __init__(self, s):
        super().__init__()
        self.s = s
        w, d, h, length = s["width"], s["depth"], s["dimension"], s["grid"] ** 2
        self.input = nn.Linear(h, w)
        self.start = nn.Embedding(s["classes"] + 1, w)
        self.position = nn.Parameter(0.5 * torch.randn(length, w))
        self.class_norm = nn.Embedding(s["classes"] + 1, w)
        self.modulation = nn.Sequential(nn.Linear(w, 4 * w), nn.SiLU(), nn.Linear(4 * w, 8 * w))
        self.backbone = Transformer(w, s["layers"], s["heads"], s["expansion"])
        self.depth_input = nn.Linear(h, w)
        self.depth_position = nn.Parameter(0.5 * torch.randn(d, w))
        self.depth = Transformer(w, s["depth_layers"], s["heads"], s["expansion"])
        self.heads = nn.Parameter(0.02 * torch.randn(d, s["codes"], w))
        self.head_bias = nn.Parameter(torch.zeros(d, s["codes"]))
        self.register_buffer("books", torch.randn(d, s["codes"], h) * h**-0.5)
        self.requires_grad_(False)
        self.tables = rotary_grid(s["grid"], w // s["heads"])
        self.depth_tables = rotary_line(d, w // s["heads"])

    def choose(self):
        """The fastest product of one row and the fastest attention that this torch has."""
        attends = [attend_products]
        if hasattr(F, "scaled_dot_product_attention"):
            attends.append(attend_fused)
        choices = [(p, a) for p in (product_linear, product_vector) for a in attends]
        best = fastest(choices, lambda c: self.sample(0, *c))
        return best

    @torch.inference_mode()
    def sample(self, label, product, attend):
        s = self.s
        n, d = s["grid"] ** 2, s["depth"]
        over = Steps(self.backbone, s["heads"], n, self.tables, product, attend)
        within = Steps(self.depth, s["heads"], d, self.depth_tables, product, attend)
        label = torch.tensor([label])
        over.begin(self.modulation(self.class_norm(label)).view(8, -1))
        within.begin(torch.zeros(8, s["width"]))
        codes = torch.empty(n, d, dtype=torch.long)
        total = None
        for i in range(n):
            x = self.start(label) if i == 0 else product(total, self.input.weight) + self.input.bias
            hidden = over.next(x + self.position[i], i)
            total = torch.zeros(1, s["dimension"])
            for j in range(d):
                x = product(total, self.depth_input.weight) + self.depth_input.bias
                y = within.next(x + self.depth_position[j] + hidden, j)
                logits = product(y, self.heads[j]) + self.head_bias[j]
                code = torch.multinomial(torch.softmax(logits, 1), 1)
                codes[i, j] = code[0, 0]
                total = total + self.books[j].index_select(0, code[0])
        return codes
