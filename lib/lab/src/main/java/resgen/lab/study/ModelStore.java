package resgen.lab.study;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import resgen.Generator;
import resgen.codec.Codec;
import resgen.codec.CodecRecipe;
import resgen.codec.DataSet;
import resgen.codec.Media;
import resgen.codec.Medium;
import resgen.codec.Tokens;
import resgen.settings.DataHome;
import resgen.settings.Json;
import resgen.torch.WeightFile;
import resgen.train.Listener;
import resgen.train.Run;
import resgen.train.RunFolder;

/**
 * Trained models of experiments: the shipped ones, those in {@code runs/}, and those that have to
 * be trained. Run folders are those of {@code resgen train} with the same settings.
 */
final class ModelStore<X extends Media<X>> implements AutoCloseable {

  private static final String MODEL = "model.safetensors";
  private static final String TOKENIZER = "tokenizer.safetensors";

  private final DataSet<X> data;
  private final Map<TokenizerChoice, Codec<X>> tokenizers = new LinkedHashMap<>();
  private final Map<String, Optional<String>> shipped = new HashMap<>(); // by model
  private X train;

  /**
   * A store.
   *
   * @param data whose training part everything is trained on
   */
  ModelStore(DataSet<X> data) {
    this.data = data;
  }

  /** The training media, read when they are first asked for. */
  X train() {
    if (train == null) {
      train = data.train();
    }
    return train;
  }

  /**
   * A model with where it is kept.
   *
   * @param folder of its run; empty of a shipped one
   */
  record Stored(Generator model, Optional<Path> folder) {}

  /** Whether an experiment's model is there. */
  boolean has(Experiment experiment) {
    return shipped(experiment).isPresent()
        || known(experiment.tokenizer()) && Files.exists(folder(experiment).path().resolve(MODEL));
  }

  private boolean known(TokenizerChoice choice) {
    return !(choice instanceof TokenizerChoice.Trained trained)
        || Files.exists(folder(trained).path().resolve(TOKENIZER));
  }

  /**
   * The model, which the caller closes; trained, or trained to the end, if need be.
   *
   * @throws CancellationException if interrupted; what was trained is kept
   */
  Stored open(Experiment experiment, Listener listener) {
    Optional<Generator> shipped = shipped(experiment).map(Generator::load);
    if (shipped.isPresent()) {
      return new Stored(shipped.get(), Optional.empty());
    }
    Codec<X> tokenizer = tokenizer(experiment.tokenizer(), listener);
    RunFolder folder = folder(experiment);
    Path file = folder.path().resolve(MODEL);
    if (Files.exists(file)) {
      return new Stored(Generator.load(file.toString()), Optional.of(folder.path()));
    }
    Listener noted = folder.noting(card(experiment, tokenizer), listener);
    Tokens tokens = tokenizer.encode(train());
    try (Generator trained =
        Generator.train(
            tokens,
            (shape, condition) -> experiment.settings(),
            experiment.training(),
            Optional.of(folder.path()),
            noted)) {
      Run run = trained.run().orElseThrow();
      if (run.interrupted()) {
        throw new CancellationException(
            "interrupted after %,d of %,d steps of %s, which are kept in %s"
                .formatted(run.steps(), run.of(), experiment.name(), folder.path()));
      }
      keepTokenizer(experiment.tokenizer(), tokenizer, folder.path());
      trained.save(file);
      return new Stored(Generator.load(file.toString()), Optional.of(folder.path()));
    }
  }

  /** A model is loaded with its tokenizer, which is looked for beside it. */
  private void keepTokenizer(TokenizerChoice choice, Codec<X> tokenizer, Path folder) {
    if (choice instanceof TokenizerChoice.Trained trained) {
      recipe(trained).save(tokenizer, folder.resolve(TOKENIZER));
    }
  }

  /** The shipped model that was trained as the experiment says. */
  Optional<String> shipped(Experiment experiment) {
    return shipped.computeIfAbsent(
        experiment.modelId(), id -> experiment.checkpoint().filter(name -> isOf(experiment, name)));
  }

  /** Whether the shipped model was trained in the way that the experiment says. */
  private static boolean isOf(Experiment experiment, String name) {
    if (!Files.exists(DataHome.path("checkpoints").resolve(name + ".safetensors"))) {
      return false;
    }
    try (Generator model = Generator.load(name)) {
      return Json.line(model.settings()).equals(Json.line(experiment.settings()))
          && Json.line(model.origin().stages()).equals(Json.line(List.of(experiment.training())));
    }
  }

  private Codec<X> tokenizer(TokenizerChoice choice, Listener listener) {
    Codec<X> open = tokenizers.get(choice);
    if (open == null) {
      open =
          choice instanceof TokenizerChoice.Trained trained
              ? trained(trained, listener)
              : own(Medium.open(((TokenizerChoice.Shipped) choice).name()));
      tokenizers.put(choice, open);
    }
    return open;
  }

  /** A codec of another medium finds that out when it encodes: its own type is not to be seen. */
  @SuppressWarnings("unchecked")
  private Codec<X> own(Codec<?> codec) {
    return (Codec<X>) codec;
  }

  @SuppressWarnings("unchecked") // an experiment takes it from the medium of its data
  private CodecRecipe<X> recipe(TokenizerChoice.Trained choice) {
    return (CodecRecipe<X>) choice.recipe();
  }

  private Codec<X> trained(TokenizerChoice.Trained choice, Listener listener) {
    RunFolder folder = folder(choice);
    Path file = folder.path().resolve(TOKENIZER);
    if (!Files.exists(file)) {
      Listener noted = folder.noting(card(choice), listener);
      CodecRecipe<X> recipe = recipe(choice);
      CodecRecipe.Made<X> made =
          recipe.train(train(), choice.training(), Optional.of(folder.path()), noted);
      try (Codec<X> codec = made.codec()) {
        if (made.steps() < choice.training().steps()) {
          throw new CancellationException(
              "interrupted after %,d of %,d steps of a tokenizer, which are kept in %s"
                  .formatted(made.steps(), choice.training().steps(), folder.path()));
        }
        recipe.save(codec, file);
      }
      if (Thread.interrupted()) {
        throw new CancellationException("interrupted after the training of a tokenizer, " + file);
      }
    }
    String format = WeightFile.metadata(file).getOrDefault(WeightFile.FORMAT, "");
    return Medium.of(train())
        .codec(file, format)
        .orElseThrow(() -> new IllegalArgumentException(file + " is no tokenizer of its medium"));
  }

  private RunFolder folder(TokenizerChoice.Trained choice) {
    return RunFolder.of(Optional.empty(), card(choice));
  }

  private RunFolder.Card card(TokenizerChoice.Trained choice) {
    return new RunFolder.Card(
        "train-tokenizer",
        choice.recipe().settings(),
        choice.training(),
        train().name(),
        train().fingerprint());
  }

  /** The experiment's run; its tokenizer must be there. */
  private RunFolder folder(Experiment experiment) {
    return RunFolder.of(
        Optional.empty(), card(experiment, tokenizer(experiment.tokenizer(), Listener.none())));
  }

  private RunFolder.Card card(Experiment experiment, Codec<X> tokenizer) {
    return new RunFolder.Card(
        "train",
        experiment.settings(),
        experiment.training(),
        train().name(),
        tokenizer.fingerprint() + train().fingerprint());
  }

  @Override
  public void close() {
    tokenizers.values().forEach(Codec::close);
    tokenizers.clear();
  }
}
