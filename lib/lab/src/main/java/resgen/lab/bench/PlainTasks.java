package resgen.lab.bench;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import resgen.codec.Tokens;
import resgen.model.ResGenNetwork;
import resgen.model.TokenShape;
import resgen.nn.Parameters;
import resgen.noise.Noise;
import resgen.quantize.Codebooks;
import resgen.reference.DepthMask;
import resgen.reference.MaskBatch;
import resgen.token.Labels;
import resgen.torch.Torch;

/** The work in DJL's own operations, one by one, without kernels, in float32. */
final class PlainTasks {

  private final BenchPreset preset;
  private final TokenShape shape;

  PlainTasks(BenchPreset preset) {
    this.preset = preset;
    shape = preset.settings().tokens();
  }

  private ResGenNetwork network(NDManager manager) {
    return new ResGenNetwork(
        Parameters.on(manager, 0), preset.settings(), RandomTokens.books(manager, shape));
  }

  Task forward(int batch) {
    return new Task("forward-" + batch, "samples", batch, 0, () -> forwardWork(batch));
  }

  private Task.Work forwardWork(int batch) {
    NDManager manager = Torch.manager();
    ResGenNetwork network = network(manager);
    network.parameters().freeze();
    PlainNetwork plain = new PlainNetwork(network);
    int l = shape.positions();
    NDArray sums = manager.randomNormal(new Shape(batch, l, shape.dimension()));
    NDArray visible =
        manager.randomInteger(0, shape.depth() + 1, new Shape(batch, l), DataType.INT64);
    NDArray labels = Torch.longs(manager, Labels.cycle(batch, shape.classes()).toArray(), batch);
    return Task.Work.of(
        () -> Torch.scoped(() -> plain.hidden(sums, visible, labels).getShape()), manager::close);
  }

  Task trainingStep(int batch) {
    return new Task("training-step", "samples", batch, 0, () -> new Step(batch));
  }

  Task optimizer() {
    return new Task(
        "optimizer-ema",
        "parameters",
        1,
        0,
        () -> {
          Step step = new Step(1);
          step.run(); // makes the gradients
          return Task.Work.of(step::update, step::close);
        });
  }

  Task residualEncode(int vectors) {
    return new Task(
        "residual-encode",
        "vectors",
        vectors,
        0,
        () -> {
          NDManager manager = Torch.manager();
          NDArray books = manager.randomNormal(new Shape(16, 1024, 64)).mul(0.125f);
          NDArray z = manager.randomNormal(new Shape(vectors, 64)).mul(0.125f);
          return Task.Work.of(
              () -> Torch.scoped(() -> encode(z, books).getShape()), manager::close);
        });
  }

  /** {@code [N, H], [D, V, H] → [N, D]}. */
  static NDArray encode(NDArray z, NDArray books) {
    NDList codes = new NDList();
    NDArray r = z;
    for (int j = 0; j < books.getShape().get(0); j++) {
      NDArray book = books.get(j);
      NDArray bias = book.square().sum(new int[] {1}).mul(-0.5f);
      NDArray code = r.matMul(book.transpose()).add(bias).argMax(1);
      codes.add(code);
      r = r.sub(book.get(code));
    }
    return NDArrays.stack(codes, 1);
  }

  /** A training step: masks, loss, gradients, clip, AdamW and averages, array by array. */
  private final class Step implements Task.Work {
    private final NDManager manager = Torch.manager();
    private final ResGenNetwork network = network(manager);
    private final PlainNetwork plain = new PlainNetwork(network);
    private final Tokens tokens;
    private final int batch;
    private final List<NDArray> weights = new ArrayList<>(network.parameters().trained().values());
    private final List<NDArray> first = new ArrayList<>();
    private final List<NDArray> second = new ArrayList<>();
    private final List<NDArray> averages = new ArrayList<>();
    private long step;

    Step(int batch) {
      this.batch = batch;
      tokens = RandomTokens.tokens(manager, shape, Math.max(512, batch));
      for (NDArray weight : weights) {
        first.add(manager.zeros(weight.getShape()));
        second.add(manager.zeros(weight.getShape()));
        averages.add(weight.duplicate());
      }
    }

    @Override
    public void run() {
      Torch.withGradients(true, this::gradients);
      update();
    }

    private Void gradients() {
      NDArray total;
      try (NDScope scope = new NDScope()) {
        scope.suppressNotUsedWarning();
        total = loss();
        total.getFloat();
        NDScope.unregister(total);
      }
      Torch.backward(total);
      total.close();
      return null;
    }

    private NDArray loss() {
      int l = shape.positions();
      Noise noise = Noise.of(7);
      int[] images = Arrays.copyOf(noise.stream(step).permutation(tokens.size()), batch);
      List<DepthMask> masks =
          MaskBatch.draw(preset.settings().masking(), batch, l, shape.depth(), noise, step).masks();
      int[] visible = new int[batch * l];
      Arrays.setAll(visible, i -> masks.get(i / l).visible(i % l));
      int[] order =
          IntStream.range(0, visible.length)
              .filter(i -> visible[i] < shape.depth())
              .boxed()
              .sorted(Comparator.comparing(i -> -visible[i]))
              .mapToInt(Integer::intValue)
              .toArray();
      int[] levels = Arrays.stream(order).map(i -> shape.depth() - visible[i] - 1).toArray();
      int[] counts = new int[shape.depth()];
      Arrays.stream(levels).forEach(level -> counts[level]++);
      NDArray codes =
          Torch.longs(manager, tokens.codes().rows(images), visible.length, shape.depth());
      NDArray seen = Torch.longs(manager, visible, visible.length);
      Codebooks.Sums sums = network.codebooks().sums(codes, seen);
      NDArray hidden =
          plain.hidden(
              sums.visible().reshape(batch, l, shape.dimension()),
              seen.reshape(batch, l),
              Torch.longs(manager, tokens.labels(images), batch));
      NDArray at = Torch.longs(manager, order, order.length);
      NDArray picked = hidden.reshape(visible.length, -1).get(at);
      NDArray loss =
          plain.loss(
              picked, sums.masked().get(at), Torch.longs(manager, levels, levels.length), counts);
      int masked = Arrays.stream(visible).map(v -> shape.depth() - v).sum();
      return loss.div(masked);
    }

    void update() {
      step++;
      Torch.scoped(
          () -> {
            adam();
            return null;
          });
    }

    private void adam() {
      List<NDArray> gradients = new ArrayList<>();
      NDArray squares = null;
      for (NDArray weight : weights) {
        NDArray gradient = weight.getGradient();
        gradients.add(gradient);
        NDArray square = gradient.square().sum();
        squares = squares == null ? square : squares.add(square);
      }
      float scale = (float) Math.min(1, 1 / (Math.sqrt(squares.getFloat()) + 1e-6));
      double c1 = 1 - Math.pow(0.9, step);
      double c2 = 1 - Math.pow(0.98, step);
      for (int i = 0; i < weights.size(); i++) {
        NDArray w = weights.get(i);
        NDArray g = gradients.get(i).muli(scale);
        NDArray m = first.get(i).muli(0.9f).addi(g.mul(0.1f));
        NDArray v = second.get(i).muli(0.98f).addi(g.square().mul(0.02f));
        if (w.getShape().dimension() > 1) {
          w.muli((float) (1 - 1e-4 * 0.01));
        }
        NDArray root = v.sqrt().divi((float) Math.sqrt(c2)).addi(1e-8f);
        w.subi(m.div(root).muli((float) (1e-4 / c1)));
        averages.get(i).muli(0.999f).addi(w.mul(0.001f));
        g.muli(0);
      }
    }

    @Override
    public void close() {
      manager.close();
    }
  }
}
