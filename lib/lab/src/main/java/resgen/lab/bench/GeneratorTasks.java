package resgen.lab.bench;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Arrays;
import java.util.Optional;
import resgen.codec.Tokens;
import resgen.model.ResGenNetwork;
import resgen.model.ResGenSettings;
import resgen.model.ResGenTraining;
import resgen.model.RqTransformerNetwork;
import resgen.model.RqTransformerSettings;
import resgen.model.TokenShape;
import resgen.nn.Parameters;
import resgen.noise.Noise;
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

/** The generator's work: training, forward passes, sampling. */
final class GeneratorTasks {

  private static final AdamW.Settings ADAM = new AdamW.Settings(1e-4, 0.9, 0.98, 1e-8, 0.01, 1);

  /** Blocks over the depths of RQ-Transformer. */
  static final int DEPTH_LAYERS = 2;

  private final BenchPreset preset;
  private final Flops flops;
  private final TokenShape shape;

  GeneratorTasks(BenchPreset preset) {
    this.preset = preset;
    flops = new Flops(preset.settings());
    shape = preset.settings().tokens();
  }

  /** One step of the shipped training loop. */
  Task trainingStep(int batch) {
    return new Task(
        "training-step", "samples", batch, flops.trainingStep(batch), () -> trainer(batch));
  }

  private Task.Work trainer(int batch) {
    NDManager manager = Torch.manager();
    Tokens tokens = RandomTokens.tokens(manager, shape, Math.max(512, batch));
    ResGenTraining model = new ResGenTraining(preset.settings(), tokens, tokens.range(0, 1), 0);
    Training training = Training.steps(1_000_000).batch(batch).optimizer(ADAM);
    Trainer trainer = new Trainer(model, training, Optional.empty(), Listener.none());
    return Task.Work.of(
        trainer::oneStep,
        () -> {
          trainer.close();
          model.close();
          manager.close();
        });
  }

  /** A network with random weights that is only used. */
  private ResGenNetwork network(NDManager manager) {
    ResGenNetwork network =
        new ResGenNetwork(
            Parameters.on(manager, 0), preset.settings(), RandomTokens.books(manager, shape));
    network.parameters().freeze();
    return network;
  }

  /** One network call up to the hidden states, without gradients. */
  Task forward(int batch) {
    return new Task(
        "forward-" + batch, "samples", batch, flops.hidden(batch), () -> forwardWork(batch));
  }

  private Task.Work forwardWork(int batch) {
    NDManager manager = Torch.manager();
    ResGenNetwork network = network(manager);
    int l = shape.positions();
    float[] sums = new float[batch * l * shape.dimension()];
    int[] visible = new int[batch * l];
    Noise.Stream noise = Noise.of(5).stream(0);
    for (int i = 0; i < sums.length; i++) {
      sums[i] = (float) noise.nextGaussian();
    }
    Arrays.setAll(visible, i -> noise.nextInt(shape.depth() + 1));
    NDArray sumArray = Torch.floats(manager, sums, batch, l, shape.dimension());
    NDArray visibleArray = Torch.longs(manager, visible, batch, l);
    NDArray labels = Torch.longs(manager, labels(batch), batch);
    return Task.Work.of(
        () -> Torch.scoped(() -> network.hidden(sumArray, visibleArray, labels, false).getShape()),
        manager::close);
  }

  /** Sampling of so many images in one batch, tokens only. */
  Task sample(int images) {
    Sampling sampling = preset.sampling().batchSize(images);
    return new Task(
        "sample-" + images,
        "images",
        images,
        flops.calls(sampling),
        flops.sampling(sampling, images),
        () -> {
          NDManager manager = Torch.manager();
          MaskedSampler sampler = new MaskedSampler(network(manager), sampling, false);
          Labels labels = Labels.of(labels(images));
          return Task.Work.of(() -> sampler.sample(labels, 0), manager::close);
        });
  }

  /** Sizes of an RQ-Transformer with this preset's backbone and tokens. */
  RqTransformerSettings rqTransformer() {
    ResGenSettings s = preset.settings();
    return new RqTransformerSettings(s.tokens(), s.backbone(), DEPTH_LAYERS, 0.1, s.precision());
  }

  /** One sample, token by token, from an RQ-Transformer; keys and values are kept. */
  Task decode() {
    return new Task(
        "decode-1",
        "images",
        1,
        shape.positions() * (1 + shape.depth()),
        new RqTransformerNetwork(Parameters.plan(), rqTransformer(), null).flops(false),
        () -> {
          NDManager manager = Torch.manager();
          RqTransformerNetwork network =
              new RqTransformerNetwork(
                  Parameters.on(manager, 0), rqTransformer(), RandomTokens.books(manager, shape));
          network.parameters().freeze();
          AutoregressiveSampler sampler =
              AutoregressiveSampler.of(network, Sampling.steps(1).batchSize(1));
          return Task.Work.of(() -> sampler.sample(Labels.of(0), 0), manager::close);
        });
  }

  /** Gradient norm, clip, AdamW, zero, averages, on all parameters of the model. */
  Task optimizer() {
    return new Task(
        "optimizer-ema",
        "parameters",
        Math.toIntExact(ResGenNetwork.plan(preset.settings()).count()),
        0,
        () -> {
          NDManager manager = Torch.manager();
          ResGenNetwork network =
              new ResGenNetwork(
                  Parameters.on(manager, 0), preset.settings(), RandomTokens.books(manager, shape));
          AdamW adam = new AdamW(network.parameters(), ADAM);
          Ema ema = new Ema(network.parameters(), 0.999);
          long[] step = {0};
          return Task.Work.of(
              () -> {
                adam.step(adam.gradientNorm(), 1);
                ema.update(++step[0]);
              },
              () -> {
                adam.close();
                ema.close();
                manager.close();
              });
        });
  }

  private int[] labels(int count) {
    return Labels.cycle(count, shape.classes()).toArray();
  }
}
