package resgen.lab.bench;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import resgen.codec.Tokens;
import resgen.head.HeadSpec;
import resgen.mask.UnmaskPlan;
import resgen.model.ConditionSpec;
import resgen.model.Family;
import resgen.model.GeneratorTraining;
import resgen.model.MaskedModel;
import resgen.model.Model;
import resgen.model.ModelSpec;
import resgen.model.Order;
import resgen.model.Recipe;
import resgen.nn.Parameters;
import resgen.nn.Rotary;
import resgen.nn.Transformer;
import resgen.noise.Noise;
import resgen.reference.PlainAdamW;
import resgen.reference.PlainMasks;
import resgen.reference.PlainNetwork;
import resgen.sample.MaskedSampler;
import resgen.sample.Sampling;
import resgen.sample.TokenSampler;
import resgen.token.Condition;
import resgen.token.Labels;
import resgen.token.TokenSpec;
import resgen.torch.Graphs;
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
  private final TokenSpec shape;
  private final Recipe recipe;

  GeneratorTasks(BenchPreset preset) {
    this.preset = preset;
    recipe = preset.settings();
    shape = preset.tokens();
  }

  /** The sizes by which another program builds the same network. */
  Map<String, Object> sizes() {
    Transformer.Settings backbone = recipe.model().backbone();
    Map<String, Object> sizes = new LinkedHashMap<>();
    sizes.put("grid", (int) Math.sqrt(shape.positions()));
    sizes.put("depth", shape.depth());
    sizes.put("codes", shape.codes());
    sizes.put("dimension", shape.dimension());
    sizes.put("classes", RandomTokens.CLASSES);
    sizes.put("width", backbone.width());
    sizes.put("layers", backbone.layers());
    sizes.put("heads", backbone.heads());
    sizes.put("expansion", backbone.expansion());
    sizes.put("components", mixture().components());
    sizes.put("state_width", ((Order.Masked) recipe.model().order()).stateWidth());
    sizes.put("depth_layers", DEPTH_LAYERS);
    sizes.put("precision", recipe.model().precision());
    return sizes;
  }

  private HeadSpec.Mixture mixture() {
    return (HeadSpec.Mixture) recipe.model().head();
  }

  /** A network with random weights. */
  private MaskedModel network(NDManager manager) {
    return (MaskedModel)
        recipe.model().build(Parameters.on(manager, 0), RandomTokens.books(manager, shape));
  }

  private MaskedModel frozen(NDManager manager) {
    MaskedModel network = network(manager);
    network.parameters().freeze();
    return network;
  }

  /** The plain form of a network, on its parameters. */
  static PlainNetwork plain(MaskedModel network, double sharpness) {
    Transformer.Settings backbone = network.spec().backbone();
    int side = (int) Math.sqrt(network.spec().tokens().positions());
    Rotary rotary = Rotary.grid(network.manager(), side, side, backbone.headWidth());
    return new PlainNetwork(
        network.parameters().arrays(),
        rotary.cos(),
        rotary.sin(),
        backbone.layers(),
        backbone.heads(),
        sharpness);
  }

  private PlainNetwork plain(MaskedModel network) {
    return plain(network, recipe.objective().bound().sharpness());
  }

  /** Operations of a sample's network call, up to the hidden states. */
  double hiddenFlops() {
    return recipe.model().build(Parameters.plan(), null).flops();
  }

  /** Operations of a sample's output layer, whole, at every position. */
  private double headFlops() {
    double k = mixture().components();
    double means = k * mixture().meanOutputs(shape.dimension());
    double outputs = k + means + shape.dimension() + 1;
    return shape.positions() * 2.0 * recipe.model().backbone().width() * outputs;
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
          GeneratorTraining model = new GeneratorTraining(recipe, tokens, tokens.range(0, 1), 0);
          closing.push(model::close);
          Training training = Training.steps(1_000_000).batch(batch).optimizer(ADAM);
          Trainer trainer = new Trainer(model, training, Optional.empty(), Listener.none());
          closing.push(trainer::close);
          return trainer::step;
        });
  }

  /** The same by plain array operations, without dropout. */
  Task plainStep(int batch) {
    return new Task(
        "training-step", "samples", batch, 0, 0, (manager, closing) -> plainStep(manager, batch));
  }

  private Runnable plainStep(NDManager manager, int batch) {
    MaskedModel network = network(manager);
    PlainNetwork plain = plain(network);
    PlainAdamW adam = plainAdam(network);
    Tokens tokens = RandomTokens.tokens(manager, shape, Math.max(512, batch));
    Noise.Stream noise = Noise.of(7).stream(0);
    int[] masked = new int[batch];
    return () -> {
      int[] at = Arrays.copyOf(noise.permutation(tokens.size()), batch);
      Arrays.setAll(
          masked,
          i -> recipe.objective().masking().trainingCount(noise.nextDouble(), shape.tokens()));
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

  private static PlainAdamW plainAdam(MaskedModel network) {
    return new PlainAdamW(
        List.copyOf(network.parameters().trained().values()), ADAM.learningRate(), 0.01);
  }

  /** Gradients of a loss, which is read. */
  static void gradients(Supplier<NDArray> loss) {
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
          MaskedModel network = frozen(manager);
          PlainNetwork formulas = plain(network);
          Shape positions = new Shape(batch, shape.positions());
          NDArray sums = manager.randomNormal(positions.add(shape.dimension()));
          NDArray visible = manager.randomInteger(0, shape.depth() + 1L, positions, DataType.INT64);
          NDArray labels = Torch.longs(manager, labels(batch).toArray(), batch);
          NDArray bits =
              visible.expandDims(2).gt(manager.arange(shape.depth()).toType(DataType.INT64, false));
          NDList condition = new NDList(labels);
          Graphs graphs = Graphs.on(manager);
          closing.push(graphs::close);
          Runnable call = () -> network.hidden(sums, bits, condition, null, false);
          return plain
              ? () -> scoped(() -> formulas.hidden(sums, visible, labels))
              : () -> scoped(() -> graphs.run("forward", call));
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
          closing.push(sampler::close);
          Condition condition = condition(samples);
          return () -> sampler.sample(condition, 0);
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
          MaskedModel network = network(manager);
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
    int parameters = Math.toIntExact(recipe.model().plan().count());
    return new Task("optimizer-ema", "parameters", parameters, 0, 0, opener);
  }

  private static Labels labels(int count) {
    return Labels.cycle(count, RandomTokens.CLASSES);
  }

  private static Condition condition(int count) {
    return new Condition.Classes(
        labels(count).toArray(),
        IntStream.range(0, RandomTokens.CLASSES).mapToObj(Integer::toString).toList());
  }

  /** One sample, token by token, from an RQ-Transformer; keys and values are kept. */
  Task decode() {
    ModelSpec m = recipe.model();
    ModelSpec rq =
        new ModelSpec(
            shape,
            new Order.Causal(),
            m.backbone(),
            new HeadSpec.DepthTransformer(DEPTH_LAYERS),
            m.condition(),
            m.precision());
    Sampling one = Sampling.steps(1).batchSize(1);
    return new Task(
        "decode-1",
        "images",
        1,
        shape.positions() * (1 + shape.depth()),
        TokenSampler.of(rq.build(Parameters.plan(), null), one, false).cost().flops(),
        (manager, closing) -> {
          Model network = rq.build(Parameters.on(manager, 0), RandomTokens.books(manager, shape));
          network.parameters().freeze();
          TokenSampler sampler = TokenSampler.of(network, one, false);
          closing.push(sampler::close);
          Condition condition = condition(1);
          return () -> sampler.sample(condition, 0);
        });
  }

  /** A model's weights after some steps of training on random tokens. */
  static List<float[]> trained(
      NDManager manager, String label, String preset, String precision, int steps) {
    TokenSpec shape = BenchPreset.of(preset, precision).tokens();
    Tokens tokens = RandomTokens.tokens(manager, shape, 512);
    Recipe recipe =
        Family.of(label)
            .preset(preset)
            .of(shape, new ConditionSpec.Classes(RandomTokens.CLASSES))
            .precision(precision);
    Training training = Training.steps(1_000_000).batch(32).optimizer(ADAM);
    try (GeneratorTraining model = new GeneratorTraining(recipe, tokens, tokens.range(0, 1), 0);
        Trainer trainer = new Trainer(model, training, Optional.empty(), Listener.none())) {
      for (int i = 0; i < steps; i++) {
        trainer.step();
      }
      return model.parameters().list().stream().map(NDArray::toFloatArray).toList();
    }
  }
}
