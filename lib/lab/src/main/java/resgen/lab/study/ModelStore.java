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
import resgen.codec.Tokens;
import resgen.settings.DataHome;
import resgen.settings.Json;
import resgen.train.Listener;
import resgen.train.Run;
import resgen.train.RunFolder;
import resgen.vision.Images;
import resgen.vision.tokenizer.Tokenizer;

/**
 * Trained models of experiments: the shipped ones, those in {@code runs/}, and those that have to
 * be trained. Run folders are those of {@code resgen train} with the same settings.
 */
final class ModelStore implements AutoCloseable {

  private static final String MODEL = "model.safetensors";
  private static final String TOKENIZER = "tokenizer.safetensors";

  private final Images images;
  private final String fingerprint;
  private final Map<TokenizerChoice, Tokenizer> tokenizers = new LinkedHashMap<>();
  private final Map<String, Optional<String>> shipped = new HashMap<>(); // by model

  /**
   * A store.
   *
   * @param images that everything is trained on
   */
  ModelStore(Images images) {
    this.images = images;
    fingerprint = images.fingerprint();
  }

  /**
   * A model with where it is kept.
   *
   * @param folder of its run; empty of a shipped one
   * @param run its metrics, if it was trained just now
   */
  record Stored(Generator model, Optional<Path> folder, Optional<Run> run) {}

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
      return new Stored(shipped.get(), Optional.empty(), Optional.empty());
    }
    Tokenizer tokenizer = tokenizer(experiment.tokenizer(), listener);
    RunFolder folder = folder(experiment);
    Path file = folder.path().resolve(MODEL);
    if (Files.exists(file)) {
      return new Stored(
          Generator.load(file.toString()), Optional.of(folder.path()), Optional.empty());
    }
    Listener noted = folder.noting(card(experiment, tokenizer), listener);
    Tokens tokens = tokenizer.encode(images);
    try (Generator trained =
        Generator.train(
            tokens,
            shape -> experiment.settings(),
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
      return new Stored(
          Generator.load(file.toString()), Optional.of(folder.path()), Optional.of(run));
    }
  }

  /** A model is loaded with its tokenizer, which is looked for beside it. */
  private static void keepTokenizer(TokenizerChoice choice, Tokenizer tokenizer, Path folder) {
    if (choice instanceof TokenizerChoice.Trained) {
      tokenizer.save(folder.resolve(TOKENIZER));
    }
  }

  private Optional<String> shipped(Experiment experiment) {
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

  private Tokenizer tokenizer(TokenizerChoice choice, Listener listener) {
    Tokenizer open = tokenizers.get(choice);
    if (open == null) {
      open =
          choice instanceof TokenizerChoice.Trained trained
              ? trained(trained, listener)
              : Tokenizer.load(((TokenizerChoice.Shipped) choice).name());
      tokenizers.put(choice, open);
    }
    return open;
  }

  private Tokenizer trained(TokenizerChoice.Trained choice, Listener listener) {
    RunFolder folder = folder(choice);
    Path file = folder.path().resolve(TOKENIZER);
    if (!Files.exists(file)) {
      Listener noted = folder.noting(card(choice), listener);
      try (Tokenizer made =
          Tokenizer.train(
              images, choice.settings(), choice.training(), Optional.of(folder.path()), noted)) {
        if (made.origin().step() < choice.training().steps()) {
          throw new CancellationException(
              "interrupted after %,d of %,d steps of a tokenizer, which are kept in %s"
                  .formatted(made.origin().step(), choice.training().steps(), folder.path()));
        }
        made.save(file);
      }
      if (Thread.interrupted()) {
        throw new CancellationException("interrupted after the training of a tokenizer, " + file);
      }
    }
    return Tokenizer.load(file.toString());
  }

  private RunFolder folder(TokenizerChoice.Trained choice) {
    return RunFolder.of(Optional.empty(), card(choice));
  }

  private RunFolder.Card card(TokenizerChoice.Trained choice) {
    return new RunFolder.Card(
        "train-tokenizer", choice.settings(), choice.training(), images.name(), fingerprint);
  }

  /** The experiment's run; its tokenizer must be there. */
  private RunFolder folder(Experiment experiment) {
    return RunFolder.of(
        Optional.empty(), card(experiment, tokenizer(experiment.tokenizer(), Listener.none())));
  }

  private RunFolder.Card card(Experiment experiment, Tokenizer tokenizer) {
    return new RunFolder.Card(
        "train",
        experiment.settings(),
        experiment.training(),
        images.name(),
        tokenizer.fingerprint() + fingerprint);
  }

  @Override
  public void close() {
    tokenizers.values().forEach(Tokenizer::close);
    tokenizers.clear();
  }
}
