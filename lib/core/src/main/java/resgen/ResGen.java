package resgen;

import ai.djl.ndarray.NDManager;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntConsumer;
import resgen.data.Labels;
import resgen.model.ContextGain;
import resgen.model.ResGenNetwork;
import resgen.model.ResGenSettings;
import resgen.model.ResGenTraining;
import resgen.model.TokenShape;
import resgen.nn.Summary;
import resgen.rvq.Codes;
import resgen.sample.MaskedSampler;
import resgen.sample.Sampling;
import resgen.tokenizer.Tokenizer;
import resgen.tokenizer.Tokens;
import resgen.train.AdamW;
import resgen.train.Listener;
import resgen.train.Rate;
import resgen.train.Run;
import resgen.train.Trainer;
import resgen.train.Training;

/** ResGen: masked generation of residual-vector-quantized tokens with a mixture of Gaussians. */
public final class ResGen implements Generator {

  private static final int VALIDATION = 1000;

  private final NDManager manager;
  private final ResGenNetwork network;
  private final Tokenizer tokenizer;
  private final ModelOrigin origin;
  private final Optional<Run> run;

  /** Takes over the manager, which holds the network. */
  ResGen(
      NDManager manager,
      ResGenNetwork network,
      Tokenizer tokenizer,
      ModelOrigin origin,
      Optional<Run> run) {
    this.manager = manager;
    this.network = network;
    this.tokenizer = tokenizer;
    this.origin = origin;
    this.run = run;
  }

  /** A model that trains in seconds. */
  public static Preset<ResGenSettings> tiny() {
    return ResGenSettings::tiny;
  }

  /** A few million parameters, for Fashion-MNIST on two cores. */
  public static Preset<ResGenSettings> small() {
    return ResGenSettings::small;
  }

  /** About 35 million parameters, for CIFAR-10 on a GPU. */
  public static Preset<ResGenSettings> cifar() {
    return ResGenSettings::cifar;
  }

  /**
   * The training that the shipped model had, for another number of steps: batches of 64, AdamW at
   * 1.5e-3 with a decay of 0.01 on matrices and gradients clipped at a norm of 50, 200 steps of
   * warm-up, a cosine, averages with a decay of 0.999.
   */
  public static Training training(long steps) {
    return Training.steps(steps)
        .optimizer(new AdamW.Settings(1.5e-3, 0.9, 0.98, 1e-8, 0.01, 50))
        .rate(Rate.cosine(Math.min(200, Math.max(1, steps / 10))))
        .every(100, 250, 1000);
  }

  /**
   * A model that was saved.
   *
   * @param name of a shipped checkpoint, as {@code fashion-resgen}, or the path of a file that ends
   *     in {@code .safetensors}
   */
  public static ResGen load(String name) {
    return ModelFile.load(name);
  }

  /** The averaged weights of a training checkpoint. */
  public static ResGen fromCheckpoint(Path checkpoint, Tokenizer tokenizer) {
    return ModelFile.fromCheckpoint(checkpoint, tokenizer);
  }

  /** Trains on tokens and keeps nothing on disk; a last part of them validates. */
  public static ResGen train(Tokens tokens, Preset<ResGenSettings> preset, Training training) {
    return train(tokens, preset, training, Optional.empty(), Listener.none());
  }

  /**
   * Trains on tokens; the last tenth of them, 1000 at most, validates.
   *
   * @param folder for checkpoints and metrics, from which an earlier run resumes; empty for none
   */
  public static ResGen train(
      Tokens tokens,
      Preset<ResGenSettings> preset,
      Training training,
      Optional<Path> folder,
      Listener listener) {
    int kept = Math.min(VALIDATION, tokens.size() / 10);
    return train(
        tokens.range(0, tokens.size() - kept),
        tokens.range(tokens.size() - kept, tokens.size()),
        preset,
        training,
        folder,
        listener);
  }

  /**
   * Trains on tokens.
   *
   * @param validation tokens that validation uses
   * @return the model with its averaged weights, complete or, after an interrupt, as far as it came
   *     (see {@link #run()})
   */
  public static ResGen train(
      Tokens tokens,
      Tokens validation,
      Preset<ResGenSettings> preset,
      Training training,
      Optional<Path> folder,
      Listener listener) {
    Tokenizer tokenizer =
        tokens
            .tokenizer()
            .orElseThrow(() -> new IllegalArgumentException("these tokens have no tokenizer"));
    ResGenSettings settings = preset.of(TokenShapes.of(tokens));
    ModelFile.fits(settings.tokens(), tokenizer);
    try (ResGenTraining model = new ResGenTraining(settings, tokens, validation, training.seed());
        Trainer trainer = new Trainer(model, training, folder, listener)) {
      Run run = trainer.run();
      ModelOrigin origin = ModelOrigin.of(tokenizer, training, run.steps());
      return ModelFile.copy(settings, trainer.ema().averages(), tokenizer, origin, run);
    }
  }

  /** Trains these weights further; the last tenth of the tokens, 1000 at most, validates. */
  public ResGen trainFurther(
      Tokens tokens, Training training, Optional<Path> folder, Listener listener) {
    int kept = Math.min(VALIDATION, tokens.size() / 10);
    return trainFurther(
        tokens.range(0, tokens.size() - kept),
        tokens.range(tokens.size() - kept, tokens.size()),
        training,
        folder,
        listener);
  }

  /**
   * Trains these weights further, with an optimizer and a learning-rate cycle of their own.
   *
   * @return a new model; this one stays as it is
   */
  public ResGen trainFurther(
      Tokens tokens,
      Tokens validation,
      Training training,
      Optional<Path> folder,
      Listener listener) {
    try (ResGenTraining model =
        new ResGenTraining(settings(), tokens, validation, training.seed())) {
      model.startFrom(network.parameters());
      return further(model, training, folder, listener);
    }
  }

  private ResGen further(
      ResGenTraining model, Training training, Optional<Path> folder, Listener listener) {
    try (Trainer trainer = new Trainer(model, training, folder, listener)) {
      Run run = trainer.run();
      ModelOrigin later = origin.then(training, run.steps());
      return ModelFile.copy(settings(), trainer.ema().averages(), tokenizer, later, run);
    }
  }

  @Override
  public Samples sample(Labels labels, Sampling settings) {
    return sample(labels, settings, false, finished -> {});
  }

  @Override
  public Samples sample(Labels labels, Sampling settings, IntConsumer progress) {
    return sample(labels, settings, false, progress);
  }

  @Override
  public Samples record(Labels labels, Sampling settings) {
    return sample(labels, settings, true, finished -> {});
  }

  private Samples sample(Labels labels, Sampling settings, boolean recorded, IntConsumer progress) {
    long start = System.nanoTime();
    MaskedSampler.Result made =
        new MaskedSampler(network, settings, recorded).sample(labels, 0, progress);
    long middle = System.nanoTime();
    Codes codes = made.codes();
    int[] classes = Arrays.copyOf(labels.toArray(), codes.size());
    for (int i = 0; i < classes.length; i++) {
      classes[i] = Math.min(classes[i], shape().classes() - 1);
    }
    return new Samples(
        tokenizer.decode(codes, classes),
        codes,
        settings,
        made.calls(),
        (middle - start) / 1e9,
        (System.nanoTime() - middle) / 1e9,
        made.trajectories(),
        made.interrupted());
  }

  /** How much the model makes of context, on the first 1000 of these tokens. */
  public ContextGain contextGain(Tokens tokens, double noiseScale) {
    return ContextGain.of(network, tokens, VALIDATION, noiseScale);
  }

  @Override
  public Tokenizer tokenizer() {
    return tokenizer;
  }

  @Override
  public TokenShape shape() {
    return network.settings().tokens();
  }

  @Override
  public long parameterCount() {
    return network.parameters().count();
  }

  @Override
  public Map<String, Long> parametersByPart() {
    return network.parameters().countByPart();
  }

  @Override
  public String description() {
    return "ResGen, %,d parameters, %d positions × depth %d, %d steps of training"
        .formatted(parameterCount(), shape().positions(), shape().depth(), origin.steps());
  }

  @Override
  public Summary summary() {
    return Summary.of(description(), network.parameters().shapes());
  }

  @Override
  public void save(Path path) {
    ModelFile.save(this, path);
  }

  /** The settings. */
  public ResGenSettings settings() {
    return network.settings();
  }

  /** The network. */
  public ResGenNetwork network() {
    return network;
  }

  /** Where the weights come from. */
  public ModelOrigin origin() {
    return origin;
  }

  /** The training run that made this model, if it was made in this process. */
  public Optional<Run> run() {
    return run;
  }

  @Override
  public String toString() {
    return description();
  }

  @Override
  public void close() {
    manager.close();
  }
}
