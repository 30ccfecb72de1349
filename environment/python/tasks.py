"""The work that Java is compared with, each in its fastest usual form of this torch."""
import contextlib

import torch

import resgen_network
from resgen_network import ResGen, fastest
from rq_network import RqTransformer


DEVICE = "cpu"


def use(device):
    """Makes everything on a device from now on; says which."""
    global DEVICE
    if device == "cpu":
        return "cpu"
    if not torch.cuda.is_available():
        raise ValueError(f"torch {torch.__version__} sees no GPU")
    DEVICE = "cuda"
    torch.set_default_device("cuda")
    return torch.cuda.get_device_name()


def wait():
    if DEVICE == "cuda":
        torch.cuda.synchronize()


def free():
    if DEVICE == "cuda":
        torch.cuda.empty_cache()


def autocast(precision):
    if precision == "bf16":
        return torch.autocast(DEVICE, dtype=torch.bfloat16)
    return contextlib.nullcontext()


def open_task(message):
    """Makes a task ready: a callable that does one run, and a note on the forms chosen."""
    opener = {
        "training-step": training_step,
        "training-step-graph": training_step_graph,
        "training-step-compiled": training_step_compiled,
        "forward": forward,
        "optimizer-ema": optimizer_ema,
        "residual-encode": residual_encode,
        "residual-encode-chunked": residual_encode_chunked,
        "matrix-product": matrix_product,
        "decode": decode,
    }.get(message["task"])
    if opener is None:
        raise ValueError("no task " + message["task"])
    work, note = opener(message)
    work()
    return work, note


def network(s, gradients, batch):
    model = ResGen(s)
    model.requires_grad_(gradients)
    with autocast(s["precision"]):
        model.attention = resgen_network.attention_for(
            batch, s["heads"], s["grid"] ** 2, s["width"] // s["heads"], False, gradients
        )
    return model


def random_books(s):
    return torch.randn(s["depth"], s["codes"], s["dimension"]) * s["dimension"] ** -0.5


class Optimizer:
    """Clip by the global norm, AdamW with decay on matrices, zero, averages of the parameters."""

    def __init__(self, parameters, kind, **more):
        self.parameters = list(parameters)
        groups = [
            {"params": [p for p in self.parameters if p.dim() > 1], "weight_decay": 0.01},
            {"params": [p for p in self.parameters if p.dim() < 2], "weight_decay": 0.0},
        ]
        self.adam = torch.optim.AdamW(groups, lr=1e-4, betas=(0.9, 0.98), **{kind: True}, **more)
        self.averages = [p.detach().clone() for p in self.parameters]

    @torch.no_grad()
    def step(self):
        gradients = [p.grad for p in self.parameters]
        norm = torch.linalg.vector_norm(torch.stack(torch._foreach_norm(gradients)))
        if DEVICE == "cuda":  # nothing is waited for
            torch._foreach_mul_(gradients, (1.0 / (norm + 1e-6)).clamp(max=1.0))
        else:
            scale = min(1.0, 1.0 / (norm.item() + 1e-6))
            if scale < 1:
                torch._foreach_mul_(gradients, scale)
        self.adam.step()
        if hasattr(torch, "_foreach_lerp_"):
            torch._foreach_lerp_(self.averages, self.parameters, 0.001)
        else:
            torch._foreach_mul_(self.averages, 0.999)
            torch._foreach_add_(self.averages, self.parameters, alpha=0.001)


def optimizer_kinds():
    """AdamW's implementations that this torch has on a CPU."""
    kinds = ["foreach"]
    try:
        p = torch.nn.Parameter(torch.zeros(2))
        p.grad = torch.zeros(2)
        torch.optim.AdamW([p], fused=True).step()
        kinds.append("fused")
    except (RuntimeError, TypeError):
        pass
    return kinds


def fastest_optimizer(model):
    for p in model.parameters():
        p.grad = torch.zeros_like(p)
    kinds = optimizer_kinds()
    choices = {kind: Optimizer(model.parameters(), kind) for kind in kinds}
    kind = kinds[0] if len(kinds) == 1 else fastest(kinds, lambda k: choices[k].step())
    return choices[kind], kind


def training_step(m):
    s, batch = m["sizes"], m["batch"]
    model = network(s, True, batch)
    books = random_books(s)
    codes = torch.randint(s["codes"], (max(512, batch), s["grid"] ** 2, s["depth"]))
    labels = torch.arange(len(codes)) % s["classes"]
    optimizer, kind = fastest_optimizer(model)

    def work():
        at = torch.randint(len(codes), (batch,))
        y = labels[at].masked_fill(torch.rand(batch) < 0.1, s["classes"])
        with autocast(s["precision"]):
            loss = model.loss(codes[at], y, books)
        loss.backward()
        if DEVICE == "cpu":
            loss.item()
        optimizer.step()
        optimizer.adam.zero_grad(set_to_none=True)

    return work, f"AdamW {kind}, {model.attention.__name__.strip('_')}"


def training_step_graph(m):
    """The whole step as one CUDA graph: fixed shapes, fused AdamW, gradients kept."""
    if DEVICE != "cuda":
        raise ValueError("there are no graphs on a CPU")
    s, batch = m["sizes"], m["batch"]
    model = network(s, True, batch)
    model.attention = resgen_network._attention_fused
    books = random_books(s)
    codes = torch.randint(s["codes"], (max(512, batch), s["grid"] ** 2, s["depth"]))
    labels = torch.arange(len(codes)) % s["classes"]
    for p in model.parameters():
        p.grad = torch.zeros_like(p)
    optimizer = Optimizer(model.parameters(), "fused", capturable=True)

    def step():
        at = torch.randint(len(codes), (batch,))
        y = labels[at].masked_fill(torch.rand(batch) < 0.1, s["classes"])
        with torch.autocast("cuda", torch.bfloat16, s["precision"] == "bf16", cache_enabled=False):
            loss = model.loss_fixed(codes[at], y, books)
        loss.backward()
        optimizer.step()
        torch._foreach_zero_([p.grad for p in optimizer.parameters])

    stream = torch.cuda.Stream()
    stream.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(stream):
        for _ in range(3):
            step()
    torch.cuda.current_stream().wait_stream(stream)
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        step()
    return graph.replay, "one graph, AdamW fused"


def training_step_compiled(m):
    """torch.compile of the loss, without graphs; the first run takes its minutes."""
    s, batch = m["sizes"], m["batch"]
    model = network(s, True, batch)
    model.attention = resgen_network._attention_fused
    books = random_books(s)
    codes = torch.randint(s["codes"], (max(512, batch), s["grid"] ** 2, s["depth"]))
    labels = torch.arange(len(codes)) % s["classes"]
    optimizer, kind = fastest_optimizer(model)
    loss_of = torch.compile(model.loss_fixed)

    def work():
        at = torch.randint(len(codes), (batch,))
        y = labels[at].masked_fill(torch.rand(batch) < 0.1, s["classes"])
        with autocast(s["precision"]):
            loss = loss_of(codes[at], y, books)
        loss.backward()
        optimizer.step()
        optimizer.adam.zero_grad(set_to_none=True)

    return work, f"torch.compile, AdamW {kind}"


def forward(m):
    s, batch = m["sizes"], m["batch"]
    model = network(s, False, batch)
    length = s["grid"] ** 2
    sums = torch.randn(batch, length, s["dimension"])
    visible = torch.randint(s["depth"] + 1, (batch, length))
    labels = torch.arange(batch) % s["classes"]

    def work():
        with torch.inference_mode(), autocast(s["precision"]):
            model.hidden(sums, visible, labels)

    return work, model.attention.__name__.strip("_")


def optimizer_ema(m):
    model = ResGen(m["sizes"])
    optimizer, kind = fastest_optimizer(model)

    def work():
        optimizer.step()
        with torch.no_grad():
            torch._foreach_zero_([p.grad for p in optimizer.parameters])

    return work, f"AdamW {kind}"


def _quantize(nearest, z, books):
    biases = (books * books).sum(2) * -0.5
    r = z
    codes = []
    errors = []
    for bias, book in zip(biases, books):
        code = nearest(r, book, bias)
        codes.append(code)
        r = r - book.index_select(0, code)
        errors.append((r * r).sum(1))
    return torch.stack(codes, 1), torch.stack(errors, 1), r


def nearest_by_distance(r, book, bias):
    return torch.cdist(r, book).argmin(1)


def nearest_by_product_argmax(r, book, bias):
    return torch.addmm(bias, r, book.t()).argmax(1)


def nearest_by_product_max(r, book, bias):
    return torch.addmm(bias, r, book.t()).max(1)[1]


NEAREST = [nearest_by_distance, nearest_by_product_argmax, nearest_by_product_max]


def residual_encode(m):
    """All vectors at once, by the fastest of three usual ways."""
    z = torch.randn(m["vectors"], 64) / 8
    books = torch.randn(16, 1024, 64) / 8

    def call(nearest):
        with torch.inference_mode():
            return _quantize(nearest, z, books)

    best = fastest(NEAREST, call)
    return lambda: call(best), best.__name__.replace("_", " ")


def residual_encode_chunked(m):
    """The same in pieces that fit the cache, by hand; the size of the pieces is tried."""
    z = torch.randn(m["vectors"], 64) / 8
    books = torch.randn(16, 1024, 64) / 8
    choices = [(nearest, size) for nearest in NEAREST for size in (64, 128, 256, 512)]

    def call(choice):
        nearest, size = choice
        with torch.inference_mode():
            parts = [_quantize(nearest, part, books) for part in torch.split(z, size)]
            return [torch.cat(p) for p in zip(*parts)]

    best = fastest(choices, call)
    return lambda: call(best), f"{best[0].__name__.replace('_', ' ')}, {best[1]} at a time"


def decode(m):
    """One sample of an RQ-Transformer, keys and values kept."""
    model = RqTransformer(m["sizes"])
    product, attend = model.choose()
    note = f"{product.__name__}, {attend.__name__}".replace("_", " ")
    return lambda: model.sample(0, product, attend), note


def matrix_product(m):
    n = m["side"]
    kind = torch.bfloat16 if m["precision"] == "bf16" else torch.float32
    a, b = torch.randn(n, n).to(kind), torch.randn(n, n).to(kind)

    def work():
        with torch.inference_mode():
            torch.nn.functional.linear(a, b)

    return work, ""
