package resgen.lab.bench;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import resgen.codec.Tokens;
import resgen.mask.UnmaskPlan;
import resgen.model.ArResGenNetwork;
import resgen.model.ArResGenSettings;
import resgen.model.ResGenNetwork;
import resgen.model.ResGenSettings;
import resgen.model.ResGenTraining;
import resgen.model.RqTransformerNetwork;
import resgen.model.RqTransformerSettings;
import resgen.model.TokenShape;
import resgen.nn.Parameters;
import resgen.nn.Rotary;
import resgen.noise.Noise;
import resgen.reference.PlainAdamW;
import resgen.reference.PlainMasks;
import resgen.reference.PlainNetwork;
import resgen.sample.AutoregressiveSampler;
import resgen.sample.MaskedSampler;
import resgen.sample.Sampling;
import resgen.token.Labels;
import resgen.torch.Torch;
import resgen.train.AdamW;
import resgen.train.Ema;
import resgen.train.Listener;
import resgen.train.Trainer;
import resgen.train.Training;

/**
 * The generator's work: training, forward passes, sampling. All that the benchmarks know of a
 * model's inner parts is here.
 */
final class GeneratorTasks {

  private static final AdamW.Settings ADAM = new AdamW.Settings(1e-4, 0.9, 0.98, 1e-8, 0.01, 1);

  /** Blocks over the depths of the RQ-Transformer that is compared with Python. */
  static final int DEPTH_LAYERS = 2;

  private final BenchPreset preset;
  private final TokenShape shape;

  GeneratorTasks(BenchPreset preset) {
    this.preset = preset;
    shape = preset.settings().tokens();
  }

  /** The sizes by which another program builds the same network. */
  Map<String, Object> sizes() {
    ResGenSettings s = preset.settings();
    Map<String, Object> sizes = new LinkedHashMap<>();
    sizes.put("grid", shape.grid());
    sizes.put("depth", shape.depth());
    sizes.put("codes", shape.codes());
    sizes.put("dimension", shape.dimension());
    sizes.put("classes", shape.classes());
    sizes.put("width", s.backbone().width());
    sizes.put("layers", s.backbone().layers());
    sizes.put("heads", s.backbone().heads());
    sizes.put("expansion", s.backbone().expansion());
    sizes.put("components", s.mixture().components());
    sizes.put("state_width", s.conditioning().stateWidth());
    sizes.put("depth_layers", DEPTH_LAYERS);
    sizes.put("precision", s.precision());
    return sizes;
  }

  /** A network with random weights. */
  private ResGenNetwork network(NDManager manager) {
    return new ResGenNetwork(
        Parameters.on(manager, 0), preset.settings(), RandomTokens.books(manager, shape));
  }

  private ResGenNetwork frozen(NDManager manager) {
    ResGenNetwork network = network(manager);
    network.parameters().freeze();
    return network;
  }

  /** The plain form of a network, on its parameters. */
  static PlainNetwork plain(ResGenNetwork network) {
    ResGenSettings s = network.settings();
    int grid = s.tokens().grid();
    Rotary rotary = Rotary.grid(network.manager(), grid, grid, s.backbone().headWidth());
    return new PlainNetwork(
        network.parameters().arrays(),
        rotary.cos(),
        rotary.sin(),
        s.backbone().layers(),
        s.backbone().heads(),
        s.mixture().sharpness());
  }

  /** Operations of a sample's network call, up to the hidden states. */
  double hiddenFlops() {
    return new ResGenNetwork(Parameters.plan(), preset.settings(), null).backbone().flops();
  }

  /** Operations of a sample's output layer, whole, at every position. */
  private double headFlops() {
    double k = preset.settings().mixture().components();
    double means = k * preset.settings().mixture().meanOutputs(shape.dimension());
    double outputs = k + means + shape.dimension() + 1;
    return shape.positions() * 2.0 * preset.settings().backbone().width() * outputs;
  }

  /**
   * One step of the shipped training loop. The gradients of weights and inputs count twice the
   * forward pass; the head's distances are left out.
   */
  Task trainingStep(int batch) {
    return new Task(
        "training-step",
        "samples",
        batch,
        0,
        3 * batch * (hiddenFlops() + headFlops()),
        (manager, closing) -> {
          Tokens tokens = RandomTokens.tokens(manager, shape, Math.max(512, batch));
          ResGenTraining model =
              new ResGenTraining(preset.settings(), tokens, tokens.range(0, 1), 0);
          closing.push(model::close);
          Training training = Training.steps(1_000_000).batch(batch).optimizer(ADAM);
          Trainer trainer = new Trainer(model, training, Optional.empty(), Listener.none());
          closing.push(trainer::close);
          return trainer::oneStep;
        });
  }

  /** The same by plain array operations, without dropout. */
  Task plainStep(int batch) {
    return new Task(
        "training-step", "samples", batch, 0, 0, (manager, closing) -> plainStep(manager, batch));
  }

  private Runnable plainStep(NDManager manager, int batch) {
    ResGenNetwork network = network(manager);
    PlainNetwork plain = plain(network);
    PlainAdamW adam = plainAdam(network);
    Tokens tokens = RandomTokens.tokens(manager, shape, Math.max(512, batch));
    Noise.Stream noise = Noise.of(7).stream(0);
    int[] masked = new int[batch];
    return () -> {
      int[] at = Arrays.copyOf(noise.permutation(tokens.size()), batch);
      Arrays.setAll(
          masked,
          i -> preset.settings().masking().trainingCount(noise.nextDouble(), shape.tokens()));
      Shape size = new Shape(batch, shape.positions(), shape.depth());
      gradients(
          () ->
              plain.loss(
                  Torch.longs(manager, tokens.codes().rows(at), size.getShape()),
                  PlainMasks.visibleDepths(
                      manager.randomUniform(0, 1, size), Torch.longs(manager, masked, batch)),
                  Torch.longs(manager, tokens.labels(at), batch),
                  network.codebooks().array()));
      scoped(adam::step);
    };
  }

  private static PlainAdamW plainAdam(ResGenNetwork network) {
    return new PlainAdamW(
        List.copyOf(network.parameters().trained().values()), ADAM.learningRate(), 0.01);
  }

  private static void gradients(Supplier<NDArray> loss) {
    Torch.withGradients(
        true,
        () -> {
          NDArray total;
          try (NDScope scope = new NDScope()) {
            scope.suppressNotUsedWarning();
            total = loss.get();
            total.getFloat();
            NDScope.unregister(total);
          }
          Torch.backward(total);
          total.close();
          return null;
        });
  }

  private static void scoped(Runnable work) {
    Torch.scoped(
        () -> {
          work.run();
          return null;
        });
  }

  /**
   * One network call up to the hidden states, without gradients.
   *
   * @param plain by plain array operations, not by kernels
   */
  Task forward(int batch, boolean plain) {
    return new Task(
        "forward-" + batch,
        "samples",
        batch,
        0,
        batch * hiddenFlops(),
        (manager, closing) -> {
          ResGenNetwork network = frozen(manager);
          PlainNetwork formulas = plain(network);
          Shape positions = new Shape(batch, shape.positions());
          NDArray sums = manager.randomNormal(positions.add(shape.dimension()));
          NDArray visible = manager.randomInteger(0, shape.depth() + 1L, positions, DataType.INT64);
          NDArray labels = Torch.longs(manager, labels(batch).toArray(), batch);
          return plain
              ? () -> scoped(() -> formulas.hidden(sums, visible, labels))
              : () -> scoped(() -> network.hidden(sums, visible, labels, false));
        });
  }

  /**
   * Sampling of so many in one batch, tokens only. Calls count twice with guidance, and up to the
   * hidden states: the depth D enters through the mask state alone.
   */
  Task sample(int samples) {
    Sampling sampling = preset.sampling().batchSize(samples);
    UnmaskPlan plan = sampling.plan(shape.tokens());
    int steps = sampling.pace().steps();
    double halves = 0;
    for (int t = 1; t <= steps; t++) {
      halves += !plan.isCall(t) ? 0 : sampling.guidance().at(t, steps) == 0 ? 1 : 2;
    }
    return new Task(
        "sample-" + samples,
        "images",
        samples,
        plan.calls(),
        samples * halves * hiddenFlops(),
        (manager, closing) -> {
          MaskedSampler sampler = new MaskedSampler(frozen(manager), sampling, false);
          return () -> sampler.sample(labels(samples), 0);
        });
  }

  /** Gradient norm, clip, AdamW, zero, averages, on all parameters of the model. */
  Task optimizer() {
    return optimizer(
        (manager, closing) -> {
          Parameters parameters = network(manager).parameters();
          AdamW adam = new AdamW(parameters, ADAM);
          closing.push(adam::close);
          Ema ema = new Ema(parameters, 0.999);
          closing.push(ema::close);
          long[] step = {0};
          return () -> {
            adam.step(adam.gradientNorm(), 1);
            ema.update(++step[0]);
          };
        });
  }

  /** The same by plain array operations. */
  Task plainOptimizer() {
    return optimizer(
        (manager, closing) -> {
          ResGenNetwork network = network(manager);
          gradients( // of one, so that there are any
              () ->
                  network.parameters().trained().values().stream()
                      .map(weight -> weight.square().sum())
                      .reduce(NDArray::add)
                      .orElseThrow());
          PlainAdamW adam = plainAdam(network);
          return () -> scoped(adam::step);
        });
  }

  private Task optimizer(Task.Opener opener) {
    int parameters = Math.toIntExact(ResGenNetwork.plan(preset.settings()).count());
    return new Task("optimizer-ema", "parameters", parameters, 0, 0, opener);
  }

  private Labels labels(int count) {
    return Labels.cycle(count, shape.classes());
  }

  /** One sample, token by token, from an RQ-Transformer; keys and values are kept. */
  Task decode() {
    ResGenSettings s = preset.settings();
    RqTransformerSettings rq =
        new RqTransformerSettings(shape, s.backbone(), DEPTH_LAYERS, 0.1, s.precision());
    return new Task(
        "decode-1",
        "images",
        1,
        shape.positions() * (1 + shape.depth()),
        new RqTransformerNetwork(Parameters.plan(), rq, null).flops(false),
        (manager, closing) -> {
          RqTransformerNetwork network =
              new RqTransformerNetwork(
                  Parameters.on(manager, 0), rq, RandomTokens.books(manager, shape));
          network.parameters().freeze();
          AutoregressiveSampler sampler =
              AutoregressiveSampler.of(network, Sampling.steps(1).batchSize(1));
          return () -> sampler.sample(Labels.of(0), 0);
        });
  }

  /** One sample of an RQ-Transformer, and of AR-ResGen with each number of iterations. */
  static List<DepthModels.Entry> depthModels(
      NDManager manager, String preset, String precision, Iterable<Integer> iterations) {
    TokenShape own = new TokenShape(4, 8, 256, 24, 10);
    RqTransformerSettings r =
        switch (preset) {
          case "paper-rvq16" -> RqTransformerSettings.paperRvq16();
          case "small" -> RqTransformerSettings.small(own);
          case "tiny" -> RqTransformerSettings.tiny(new TokenShape(2, 8, 16, 8, 2));
          default ->
              throw new IllegalArgumentException(
                  "no preset '" + preset + "' here; there are paper-rvq16, small, tiny");
        };
    ArResGenSettings a =
        switch (preset) {
          case "paper-rvq16" -> ArResGenSettings.paperRvq16();
          case "small" -> ArResGenSettings.small(own);
          default -> ArResGenSettings.tiny(r.tokens());
        };
    var books = RandomTokens.books(manager, r.tokens());
    RqTransformerNetwork rq =
        new RqTransformerNetwork(
            Parameters.repeating(manager, 0),
            new RqTransformerSettings(
                r.tokens(), r.backbone(), r.depthLayers(), r.classDrop(), precision),
            books);
    ArResGenNetwork ar =
        new ArResGenNetwork(
            Parameters.repeating(manager, 0),
            new ArResGenSettings(
                a.tokens(),
                a.backbone(),
                a.mlp(),
                a.mixture(),
                a.masking(),
                a.classDrop(),
                precision),
            books);
    rq.parameters().freeze();
    ar.parameters().freeze();
    List<DepthModels.Entry> entries = new ArrayList<>();
    entries.add(
        entry("rq-transformer", 0, rq.parameters(), AutoregressiveSampler.of(rq, causal(1))));
    for (int n : iterations) {
      entries.add(
          entry("ar-resgen-" + n, n, ar.parameters(), AutoregressiveSampler.of(ar, causal(n))));
    }
    return entries;
  }

  private static Sampling causal(int iterations) {
    return Sampling.steps(iterations).topP(0.95).batchSize(1);
  }

  private static DepthModels.Entry entry(
      String name, int iterations, Parameters parameters, AutoregressiveSampler sampler) {
    return new DepthModels.Entry(
        iterations,
        parameters.count(),
        new Task(
            name,
            "images",
            1,
            sampler.cost().networkCalls(),
            sampler.cost().flops(),
            (manager, closing) -> () -> sampler.sample(Labels.of(0), 0)));
  }
}
