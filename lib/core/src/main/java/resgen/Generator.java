package resgen;

import ai.djl.ndarray.NDManager;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import resgen.codec.Codec;
import resgen.codec.Tokens;
import resgen.model.ConditionSpec;
import resgen.model.ContextGain;
import resgen.model.GeneratorTraining;
import resgen.model.Model;
import resgen.model.ModelSpec;
import resgen.model.Preset;
import resgen.model.Recipe;
import resgen.nn.Summary;
import resgen.sample.CostModel;
import resgen.sample.Given;
import resgen.sample.Sampling;
import resgen.sample.TokenSampler;
import resgen.token.Condition;
import resgen.token.Labels;
import resgen.token.TokenSpec;
import resgen.torch.Precision;
import resgen.torch.WeightFormat;
import resgen.train.Listener;
import resgen.train.Run;
import resgen.train.Trainer;
import resgen.train.Training;

/** A trained model that generates what its codec decodes. */
public final class Generator implements AutoCloseable {

  private static final int HELD = 1000; // of the tokens, for validation, at most

  private final NDManager manager;
  private final Recipe recipe;
  private final Model model;
  private final Codec<?> codec;
  private final boolean ownsCodec;
  private final ModelOrigin origin;
  private final Optional<Run> run;
  private final AtomicReference<Idle> last = new AtomicReference<>();

  /**
   * Ties a model to its codec.
   *
   * @param manager holds the model; closed with it
   * @param ownsCodec whether the codec is closed with it too
   * @param run that made it, if that was in this process
   */
  Generator(
      NDManager manager,
      Recipe recipe,
      Model model,
      Codec<?> codec,
      boolean ownsCodec,
      ModelOrigin origin,
      Optional<Run> run) {
    this.manager = manager;
    this.recipe = recipe;
    this.model = model;
    this.codec = codec;
    this.ownsCodec = ownsCodec;
    this.origin = origin;
    this.run = run;
  }

  /**
   * A model that was saved, with its codec, which is closed with it.
   *
   * @param name of a shipped checkpoint, as {@code fashion-resgen}, or the path of a file that ends
   *     in {@code .safetensors}
   * @throws IllegalArgumentException if there is none, naming those there are, or if the file is
   *     not a model
   */
  public static Generator load(String name) {
    return GeneratorFile.load(name, Optional.empty());
  }

  /**
   * As {@link #load(String)}, with matrix products in another number format than the model was
   * trained with.
   *
   * @param precision {@code fp32}, {@code bf16} or {@code auto}
   */
  public static Generator load(String name, String precision) {
    return GeneratorFile.load(name, Optional.of(precision));
  }

  /**
   * The files that {@link #load(String)} reads, for whoever sends a model elsewhere: its own first,
   * then its codec's. In a folder together they load as they do here.
   *
   * @throws IllegalArgumentException as {@link #load(String)}, or if the codec's file is of a
   *     version that does not tell its fingerprint
   */
  public static List<Path> files(String name) {
    return GeneratorFile.files(name);
  }

  /** The averaged weights of a training checkpoint. */
  public static Generator fromCheckpoint(Path checkpoint, Codec<?> codec) {
    return GeneratorFile.fromCheckpoint(checkpoint, codec);
  }

  /** Trains on tokens and keeps nothing on disk; a last part of them validates. */
  public static Generator train(Tokens tokens, Preset preset, Training training) {
    return train(tokens, preset, training, Optional.empty(), Listener.none());
  }

  /**
   * Trains on tokens; the last tenth of them, 1000 at most, validates.
   *
   * @param preset which model, and its settings
   * @param folder for checkpoints and metrics, from which an earlier run resumes; empty for none
   */
  public static Generator train(
      Tokens tokens, Preset preset, Training training, Optional<Path> folder, Listener listener) {
    int from = learned(tokens);
    return train(
        tokens.range(0, from),
        tokens.range(from, tokens.size()),
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
  public static Generator train(
      Tokens tokens,
      Tokens validation,
      Preset preset,
      Training training,
      Optional<Path> folder,
      Listener listener) {
    Recipe recipe = preset.of(tokens.spec(), condition(tokens.condition()));
    return train(tokens, validation, recipe, training, folder, listener, Optional.empty());
  }

  /** What a model is to be told of samples with such conditions. */
  private static ConditionSpec condition(Condition condition) {
    if (condition instanceof Condition.Classes classes) {
      return new ConditionSpec.Classes(classes.count());
    } else if (condition instanceof Condition.Timed timed) {
      return ConditionSpec.Timed.of(timed);
    } else if (condition instanceof Condition.None) {
      return new ConditionSpec.None();
    }
    throw new IllegalArgumentException("no conditioner of " + condition + " is known");
  }

  private static Generator train(
      Tokens tokens,
      Tokens validation,
      Recipe recipe,
      Training training,
      Optional<Path> folder,
      Listener listener,
      Optional<Generator> start) {
    Codec<?> codec =
        start
            .<Codec<?>>map(Generator::codec)
            .or(tokens::codec)
            .orElseThrow(() -> new IllegalArgumentException("these tokens have no codec"));
    GeneratorFile.fits(recipe.model(), codec, tokens.classNames());
    Condition.Classes.requireSame(
        "the tokens", tokens.classNames(), "the validation", validation.classNames());
    start.ifPresent(
        from ->
            Condition.Classes.requireSame(
                "the model", from.classNames(), "the tokens", tokens.classNames()));
    try (GeneratorTraining learner =
        new GeneratorTraining(recipe, tokens, validation, training.seed())) {
      start.ifPresent(from -> learner.startFrom(from.model.parameters()));
      try (Trainer trainer = new Trainer(learner, training, folder, listener)) {
        Run run = trainer.run();
        ModelOrigin origin =
            start
                .map(from -> from.origin.then(training, run.steps()))
                .orElseGet(() -> ModelOrigin.of(codec, training, run.steps(), tokens.classNames()));
        return GeneratorFile.build(
            recipe, trainer.ema().averages(), codec, false, origin, Optional.of(run));
      }
    }
  }

  /** How many tokens come before those that validate. */
  private static int learned(Tokens tokens) {
    return tokens.size() - Math.min(HELD, tokens.size() / 10);
  }

  /** Trains these weights further; the last tenth of the tokens, 1000 at most, validates. */
  public Generator trainFurther(
      Tokens tokens, Training training, Optional<Path> folder, Listener listener) {
    int from = learned(tokens);
    return trainFurther(
        tokens.range(0, from), tokens.range(from, tokens.size()), training, folder, listener);
  }

  /**
   * Trains these weights further, with an optimizer and a learning-rate cycle of their own.
   *
   * @return a new model; this one stays as it is, and as long as it was loaded, closing it closes
   *     the codec of both
   */
  public Generator trainFurther(
      Tokens tokens,
      Tokens validation,
      Training training,
      Optional<Path> folder,
      Listener listener) {
    return train(tokens, validation, recipe, training, folder, listener, Optional.of(this));
  }

  /**
   * Generates a sample for each condition. Sample i depends on the seed, i and its condition alone,
   * not on how many are made or in which batches (up to float rounding). An interrupted thread gets
   * the samples that are finished.
   *
   * @param listener told of each batch, as soon as it is decoded
   * @throws IllegalArgumentException if the model does not know such conditions
   */
  public Samples sample(Condition condition, Sampling settings, Samples.Listener listener) {
    return sampling(
        settings,
        sampler -> Drawing.samples(sampler::sample, condition, null, settings, codec, listener));
  }

  /**
   * As {@link #sample(Condition, Sampling, Samples.Listener)}, of samples of which something is
   * given: lengths of their own, and the tokens that they begin with.
   *
   * @throws IllegalArgumentException if what is given does not fit, or the model makes position
   *     after position
   */
  public Samples sample(
      Condition condition, Given given, Sampling settings, Samples.Listener listener) {
    return sampling(
        settings,
        sampler ->
            Drawing.samples(
                (all, first, told) -> sampler.sample(all, given, first, told),
                condition,
                given.lengths(),
                settings,
                codec,
                listener));
  }

  /**
   * Samples with the sampler of the last call if it was of the same settings: where steps are
   * captured, its graphs are still there. A call beside another one has a sampler of its own.
   */
  private <T> T sampling(Sampling settings, Function<TokenSampler, T> work) {
    Idle idle = last.getAndSet(null);
    if (idle == null || !idle.settings.equals(settings)) {
      if (idle != null) {
        idle.sampler.close();
      }
      idle = new Idle(settings, TokenSampler.of(model, settings, false));
    }
    T made;
    try {
      made = work.apply(idle.sampler);
    } catch (RuntimeException | Error e) {
      idle.sampler.close();
      throw e;
    }
    Idle other = last.getAndSet(idle);
    if (other != null) {
      other.sampler.close();
    }
    return made;
  }

  private record Idle(Sampling settings, TokenSampler sampler) {}

  /** {@link #sample(Condition, Sampling, Samples.Listener)} that tells nobody. */
  public Samples sample(Condition condition, Sampling settings) {
    return sample(condition, settings, (done, some) -> {});
  }

  /**
   * {@link #sample(Condition, Sampling, Samples.Listener)} of classes.
   *
   * @param labels a class each, or the number of classes for none; {@link Labels#each(int)} is of
   *     this model's own classes
   */
  public Samples sample(Labels labels, Sampling settings, Samples.Listener listener) {
    return sample(classes(labels), settings, listener);
  }

  /** {@link #sample(Condition, Sampling)} of classes. */
  public Samples sample(Labels labels, Sampling settings) {
    return sample(classes(labels), settings);
  }

  /**
   * As {@link #sample(Labels, Sampling, Samples.Listener)}, without keeping the samples: what the
   * listener does not keep is gone, so that any number of them takes the memory of a batch.
   */
  public Samples.Streamed stream(Labels labels, Sampling settings, Samples.Listener listener) {
    return stream(labels, settings, 0, listener);
  }

  /**
   * As {@link #stream(Labels, Sampling, Samples.Listener)}, of samples that others come before: a
   * part of a larger set, with the same samples as that has at these places.
   *
   * @param first how many come before
   */
  public Samples.Streamed stream(
      Labels labels, Sampling settings, long first, Samples.Listener listener) {
    return sampling(
        settings,
        sampler -> Drawing.stream(sampler::sample, classes(labels), first, codec, listener));
  }

  /**
   * As {@link #sample(Labels, Sampling)}, and keeps how each sample was unmasked; models that make
   * their positions in a fixed order keep nothing.
   */
  public Samples record(Labels labels, Sampling settings) {
    try (TokenSampler sampler = TokenSampler.of(model, settings, true)) {
      return Drawing.samples(
          sampler::sample, classes(labels), null, settings, codec, (done, some) -> {});
    }
  }

  /**
   * As {@link #record(Labels, Sampling)}, of samples of which something is given.
   *
   * @throws IllegalArgumentException if what is given does not fit
   */
  public Samples record(Condition condition, Given given, Sampling settings) {
    try (TokenSampler sampler = TokenSampler.of(model, settings, true)) {
      return Drawing.samples(
          (all, first, told) -> sampler.sample(all, given, first, told),
          condition,
          given.lengths(),
          settings,
          codec,
          (done, some) -> {});
    }
  }

  private Condition.Classes classes(Labels labels) {
    return new Condition.Classes(labels.forClasses(classNames().size()).toArray(), classNames());
  }

  /** What one sample costs by this way of sampling. */
  public CostModel costModel(Sampling settings) {
    try (TokenSampler sampler = TokenSampler.of(model, settings, false)) {
      return sampler.cost();
    }
  }

  /**
   * How much the model makes of context, on the first 1000 of these tokens.
   *
   * @param noiseScale of a mixture's draws; other heads do not read it
   * @return empty for a model that makes its positions in a fixed order, and for a head that does
   *     not tell its log-probabilities
   */
  public Optional<ContextGain> contextGain(Tokens tokens, double noiseScale) {
    return ContextGain.of(model, tokens, ContextGain.SAMPLES, noiseScale);
  }

  /** The settings: what it is and how it was trained. */
  public Recipe settings() {
    return recipe;
  }

  /** What it is. */
  public ModelSpec spec() {
    return recipe.model();
  }

  /** The shape of its tokens. */
  public TokenSpec shape() {
    return spec().tokens();
  }

  /**
   * Names of the classes that it was trained on, by label, which may be others than the codec's;
   * empty without classes.
   */
  public List<String> classNames() {
    return origin.classNames();
  }

  /** The codec that decodes its tokens. */
  public Codec<?> codec() {
    return codec;
  }

  /** The network. */
  public Model model() {
    return model;
  }

  /** The number format of its matrix products: {@code fp32} or {@code bf16}. */
  public String precision() {
    return Precision.of(spec().precision()).label();
  }

  /** How many parameters there are, codec aside. */
  public long parameterCount() {
    return model.parameters().count();
  }

  /** How many parameters each part has. */
  public Map<String, Long> parametersByPart() {
    return model.parameters().countByPart();
  }

  /** One line that tells what this is. */
  public String description() {
    return "%s, %,d parameters, %d positions × depth %d, %d steps of training"
        .formatted(
            spec().title(), parameterCount(), shape().positions(), shape().depth(), origin.steps());
  }

  /** Its parts with their shapes and numbers of parameters. */
  public Summary summary() {
    return Summary.of(description(), model.parameters().shapes());
  }

  /** The summary as a piece of a web page; notebooks show it. */
  public String toHtml() {
    return summary().toHtml();
  }

  /** Where the weights come from. */
  public ModelOrigin origin() {
    return origin;
  }

  /** The training run that made this model, if it was made in this process. */
  public Optional<Run> run() {
    return run;
  }

  /** Writes the weights in half precision, with settings and provenance, into one file. */
  public void save(Path path) {
    save(path, WeightFormat.HALF);
  }

  /**
   * Writes the weights, with settings and provenance, into one file.
   *
   * @param format of the matrices; a model in eight bits is a little worse and half as large
   * @throws IllegalArgumentException naming a tensor that has values which are not finite
   */
  public void save(Path path, WeightFormat format) {
    GeneratorFile.save(this, path, format);
  }

  @Override
  public String toString() {
    return description();
  }

  /** Frees the weights, and the codec if the model was loaded with it. */
  @Override
  public void close() {
    Idle idle = last.getAndSet(null);
    if (idle != null) {
      idle.sampler.close();
    }
    manager.close();
    if (ownsCodec) {
      codec.close();
    }
  }
}
