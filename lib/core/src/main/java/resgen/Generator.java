package resgen;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntConsumer;
import resgen.codec.Codec;
import resgen.codec.Tokens;
import resgen.model.ContextGain;
import resgen.model.GeneratorSettings;
import resgen.model.TokenShape;
import resgen.nn.Summary;
import resgen.sample.CostModel;
import resgen.sample.Sampling;
import resgen.token.Labels;
import resgen.train.AdamW;
import resgen.train.Listener;
import resgen.train.Rate;
import resgen.train.Run;
import resgen.train.Training;

/** A trained model that makes images; {@link ModelKind} lists which there are. */
public sealed interface Generator extends AutoCloseable permits TrainedGenerator {

  /**
   * A model that was saved, whichever it is, with its tokenizer, which is closed with it.
   *
   * @param name of a shipped checkpoint, as {@code fashion-resgen}, or the path of a file that ends
   *     in {@code .safetensors}
   * @throws IllegalArgumentException if there is none, naming those there are, or if the file is
   *     not a model
   */
  static Generator load(String name) {
    return ModelFile.load(name, Optional.empty());
  }

  /**
   * As {@link #load(String)}, with matrix products in another number format than the model was
   * trained with.
   *
   * @param precision {@code fp32}, {@code bf16} or {@code auto}
   */
  static Generator load(String name, String precision) {
    return ModelFile.load(name, Optional.of(precision));
  }

  /** The averaged weights of a training checkpoint, whichever model it is of. */
  static Generator fromCheckpoint(Path checkpoint, Codec<?> codec) {
    return ModelFile.fromCheckpoint(checkpoint, codec);
  }

  /** Trains on tokens and keeps nothing on disk; a last part of them validates. */
  static Generator train(Tokens tokens, Preset<?> preset, Training training) {
    return train(tokens, preset, training, Optional.empty(), Listener.none());
  }

  /**
   * Trains on tokens; the last tenth of them, 1000 at most, validates.
   *
   * @param preset which model, and its settings
   * @param folder for checkpoints and metrics, from which an earlier run resumes; empty for none
   */
  static Generator train(
      Tokens tokens,
      Preset<?> preset,
      Training training,
      Optional<Path> folder,
      Listener listener) {
    Split split = Split.of(tokens);
    return train(split.train(), split.validation(), preset, training, folder, listener);
  }

  /**
   * Trains on tokens.
   *
   * @param validation tokens that validation uses
   * @return the model with its averaged weights, complete or, after an interrupt, as far as it came
   *     (see {@link #run()})
   */
  static Generator train(
      Tokens tokens,
      Tokens validation,
      Preset<?> preset,
      Training training,
      Optional<Path> folder,
      Listener listener) {
    return ModelTraining.train(tokens, validation, preset, training, folder, listener);
  }

  /**
   * The training that the shipped models had, for another number of steps: batches of 64, AdamW at
   * 1.5e-3 with a decay of 0.01 on matrices and gradients clipped at a norm of 50, 200 steps of
   * warm-up, a cosine, averages with a decay of 0.999.
   */
  static Training training(long steps) {
    return Training.steps(steps)
        .optimizer(new AdamW.Settings(1.5e-3, 0.9, 0.98, 1e-8, 0.01, 50))
        .rate(Rate.cosine(Math.min(200, Math.max(1, steps / 10))))
        .every(100, 250, 1000);
  }

  /**
   * Makes an image for each label. Sample i depends on the seed, i and its label alone, not on how
   * many are made or in which batches (up to float rounding). An interrupted thread gets the
   * samples that are finished.
   *
   * @param labels a class each, or {@code shape().nullClass()} for none
   * @throws IllegalArgumentException naming a class that there is not
   */
  Samples sample(Labels labels, Sampling settings);

  /**
   * As {@link #sample(Labels, Sampling)}.
   *
   * @param progress told after each batch how many samples are finished
   */
  Samples sample(Labels labels, Sampling settings, IntConsumer progress);

  /**
   * As {@link #sample(Labels, Sampling)}.
   *
   * @param listener told of each batch, with its images, as soon as it is decoded
   */
  Samples sample(Labels labels, Sampling settings, Samples.Listener listener);

  /**
   * As {@link #sample(Labels, Sampling)}, and keeps how each sample was unmasked; models that make
   * their positions in a fixed order keep nothing.
   */
  Samples record(Labels labels, Sampling settings);

  /** What one sample costs by this way of sampling. */
  CostModel costModel(Sampling settings);

  /**
   * How much the model makes of context, on the first 1000 of these tokens.
   *
   * @param noiseScale of a mixture's draws; other heads do not read it
   * @return empty for a model that makes its positions in a fixed order
   */
  Optional<ContextGain> contextGain(Tokens tokens, double noiseScale);

  /** Trains these weights further; the last tenth of the tokens, 1000 at most, validates. */
  Generator trainFurther(
      Tokens tokens, Training training, Optional<Path> folder, Listener listener);

  /**
   * Trains these weights further, with an optimizer and a learning-rate cycle of their own.
   *
   * @return a new model; this one stays as it is, and as long as it was loaded, closing it closes
   *     the tokenizer of both
   */
  Generator trainFurther(
      Tokens tokens,
      Tokens validation,
      Training training,
      Optional<Path> folder,
      Listener listener);

  /** Which of the models it is. */
  ModelKind kind();

  /** The settings. */
  GeneratorSettings settings();

  /** The codec that decodes its tokens. */
  Codec<?> codec();

  /** Names of the classes that it was trained on, by label; they may be others than the codec's. */
  List<String> classNames();

  /** The shape of its tokens. */
  TokenShape shape();

  /** The number format of its matrix products: {@code fp32} or {@code bf16}. */
  String precision();

  /** How many parameters there are, tokenizer aside. */
  long parameterCount();

  /** How many parameters each part has. */
  Map<String, Long> parametersByPart();

  /** One line that tells what this is. */
  String description();

  /** Its parts with their shapes and numbers of parameters. */
  Summary summary();

  /** The summary as a piece of a web page; notebooks show it. */
  default String toHtml() {
    return summary().toHtml();
  }

  /** Where the weights come from. */
  ModelOrigin origin();

  /** The training run that made this model, if it was made in this process. */
  Optional<Run> run();

  /** Writes the weights in half precision, with settings and provenance, into one file. */
  default void save(Path path) {
    save(path, Storage.HALF);
  }

  /**
   * Writes the weights, with settings and provenance, into one file.
   *
   * @param storage of the matrices; a model in eight bits is a little worse and half as large
   * @throws IllegalArgumentException naming a matrix that has values which are not finite, if they
   *     are to be stored in eight bits
   */
  void save(Path path, Storage storage);

  /** Frees the weights, and the tokenizer if the model was loaded with it. */
  @Override
  void close();
}
