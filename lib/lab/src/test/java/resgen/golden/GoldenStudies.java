package resgen.golden;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import resgen.lab.metric.Results;
import resgen.lab.study.Cell;
import resgen.lab.study.Experiment;
import resgen.lab.study.Study;
import resgen.lab.study.TokenizerChoice;
import resgen.train.RunFolder;
import resgen.vision.FashionMnist;
import resgen.vision.Images;
import resgen.vision.extract.FashionClassifier;
import resgen.vision.tokenizer.Tokenizer;

/** All that the golden tests of ids know of the library. */
final class GoldenStudies {

  /** Twelve hexadecimal digits between other characters: a hash of settings. */
  private static final Pattern ID =
      Pattern.compile("(?<![0-9A-Za-z.])[0-9a-f]{12}(?![0-9A-Za-z.])");

  private static final String BASES = "models"; // no study of its own, but files of experiments

  private GoldenStudies() {}

  /** All experiments of the project's files. */
  static List<Experiment> experiments() {
    List<String> names = new ArrayList<>(Study.names());
    names.add(BASES);
    return names.stream().flatMap(name -> Study.load(name).experiments().stream()).toList();
  }

  /**
   * The ids of each experiment: {@code NAME model}, by which weights are known; {@code NAME run},
   * the folder of its training, or of its tokenizer's if that has to be trained; {@code NAME
   * cells}, by which rows of results are known, in the order of sampling settings and seeds.
   */
  static Map<String, String> ids() {
    Map<String, String> ids = new LinkedHashMap<>();
    Images images = FashionMnist.train();
    Map<String, String> fingerprints = new LinkedHashMap<>();
    for (Experiment experiment : experiments()) {
      ids.put(experiment.name() + " model", experiment.modelId());
      ids.put(experiment.name() + " run", run(experiment, images, fingerprints));
      ids.put(
          experiment.name() + " cells",
          String.join(" ", experiment.cells().stream().map(Cell::id).toList()));
    }
    return ids;
  }

  private static String run(
      Experiment experiment, Images images, Map<String, String> fingerprints) {
    if (experiment.tokenizer() instanceof TokenizerChoice.Trained trained) {
      return new RunFolder.Card(
              "train-tokenizer",
              trained.recipe().settings(),
              trained.training(),
              images.name(),
              images.fingerprint())
          .id();
    }
    String tokenizer =
        fingerprints.computeIfAbsent(
            ((TokenizerChoice.Shipped) experiment.tokenizer()).name(),
            name -> {
              try (Tokenizer shipped = Tokenizer.load(name)) {
                return shipped.fingerprint();
              }
            });
    return new RunFolder.Card(
            "train",
            experiment.settings(),
            experiment.training(),
            images.name(),
            tokenizer + images.fingerprint())
        .id();
  }

  /**
   * Every id that a file of results holds, or that its settings and protocols do, by file, each
   * once, in their order.
   */
  static Map<String, Set<String>> resultIds() {
    Map<String, Set<String>> ids = new TreeMap<>();
    Results results = Results.ofProject();
    try (Stream<Path> files = Files.list(results.directory())) {
      for (Path file : files.filter(path -> path.toString().endsWith(".csv")).toList()) {
        String name = file.getFileName().toString().replace(".csv", "");
        String text = Files.readString(file) + results.table(name).write().toString("csv");
        Set<String> found = new LinkedHashSet<>();
        Matcher matcher = ID.matcher(text);
        while (matcher.find()) {
          found.add(matcher.group());
        }
        if (!found.isEmpty()) {
          ids.put(name, found);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the results: " + e.getMessage(), e);
    }
    return ids;
  }

  /** Ids of results that are of no experiment: the extractor that measured. */
  static Set<String> otherIds() {
    try (FashionClassifier classifier = FashionClassifier.load()) {
      return Set.of(classifier.hash());
    }
  }
}
