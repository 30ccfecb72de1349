package resgen.lab.study;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;
import resgen.codec.Media;
import resgen.lab.Benchmark;
import resgen.settings.DataHome;
import resgen.token.Condition;

/**
 * Experiments that answer one question together; a folder of small files under {@code
 * data/experiments}.
 *
 * @param name the folder's
 * @param experiments in the order of their files' names, and in a file in its own
 */
public record Study(String name, List<Experiment> experiments) {

  private static final String SUFFIX = ".json";
  private static final String BASES = "models"; // what experiments of several studies build on

  /** Keeps a copy of the list, in which a name is not twice. */
  public Study {
    experiments = List.copyOf(experiments);
    List<String> names = experiments.stream().map(Experiment::name).toList();
    if (names.stream().distinct().count() < names.size()) {
      throw new IllegalArgumentException("an experiment is twice in " + names);
    }
  }

  /** The project's folder of experiments. */
  public static Path folder() {
    return DataHome.path("experiments");
  }

  /** The project's studies. */
  public static List<String> names() {
    return names(folder());
  }

  private static List<String> names(Path folder) {
    return entries(folder)
        .filter(Files::isDirectory)
        .map(p -> p.getFileName().toString())
        .filter(name -> !name.equals(BASES))
        .toList();
  }

  /**
   * One of the project's studies.
   *
   * @throws IllegalArgumentException naming those there are, or the experiment that is wrong
   */
  public static Study load(String name) {
    return load(folder(), name);
  }

  /** A study in another folder of experiments. */
  public static Study load(Path folder, String name) {
    Map<String, Integer> classes = new HashMap<>(); // data are read once
    return load(folder, name, data -> classes.computeIfAbsent(data, Study::classes));
  }

  private static int classes(String data) {
    Media<?> train = Benchmark.named(data, List.of()).data().train();
    if (train.conditions() instanceof Condition.Classes classes) {
      return classes.count();
    }
    throw new IllegalArgumentException("the data set '" + data + "' has no classes");
  }

  /**
   * A study in another folder of experiments.
   *
   * @param classes of the media of a data set
   */
  static Study load(Path folder, String name, ToIntFunction<String> classes) {
    Path own = folder.resolve(name);
    if (!name.matches("[A-Za-z0-9_-]+") || !Files.isDirectory(own)) {
      throw new IllegalArgumentException(
          "no study '%s'; there are %s".formatted(name, String.join(", ", names(folder))));
    }
    List<Experiment> experiments =
        entries(own)
            .map(path -> path.getFileName().toString())
            .filter(file -> file.endsWith(SUFFIX))
            .map(file -> name + "/" + file.substring(0, file.length() - SUFFIX.length()))
            .flatMap(
                file ->
                    Experiment.read(
                        folder,
                        file,
                        (choice, data) -> choice.shape(() -> classes.applyAsInt(data)))
                        .stream())
            .toList();
    return new Study(name, experiments);
  }

  private static Stream<Path> entries(Path folder) {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.sorted().toList().stream();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot list " + folder + ": " + e.getMessage(), e);
    }
  }

  /**
   * With the experiment of this name only ({@code resgen} of {@code table1/resgen}); if there is
   * none, with those whose name contains it.
   *
   * @throws IllegalArgumentException naming all experiments if there is none of either
   */
  public Study only(String text) {
    String whole = name + "/" + text;
    boolean exact = experiments.stream().anyMatch(experiment -> experiment.name().equals(whole));
    List<Experiment> chosen =
        experiments.stream()
            .filter(
                experiment ->
                    exact ? experiment.name().equals(whole) : experiment.name().contains(text))
            .toList();
    if (chosen.isEmpty()) {
      throw new IllegalArgumentException(
          "study %s has no experiment '%s'; there are %s"
              .formatted(
                  name,
                  text,
                  String.join(", ", experiments.stream().map(Experiment::title).toList())));
    }
    return new Study(name, chosen);
  }

  /**
   * What its experiments are trained on and measured by.
   *
   * @throws IllegalArgumentException if they name more than one data set or list of metrics, or
   *     none is known by the name
   */
  public Benchmark<?> benchmark() {
    List<List<Object>> all =
        experiments.stream().map(e -> List.<Object>of(e.data(), e.metrics())).distinct().toList();
    if (all.size() != 1) {
      throw new IllegalArgumentException(
          "the experiments of study %s do not share data and metrics: %s".formatted(name, all));
    }
    Experiment first = experiments.get(0);
    return Benchmark.named(first.data(), first.metrics());
  }

  /**
   * Today's ids of the project's experiments by what they were.
   *
   * @param before lines of a name, {@code model} or {@code cells}, a tab, and ids in the order of
   *     the experiment's ways of sampling and seeds
   * @return new ids by old ones, those that have changed
   * @throws IllegalArgumentException naming an experiment whose numbers are not as many as before
   */
  public static Map<String, String> renamed(Path before) {
    Map<String, List<String>> now = new LinkedHashMap<>();
    List<String> all = new ArrayList<>(names());
    all.add(BASES);
    for (String name : all) {
      for (Experiment experiment : load(name).experiments()) {
        now.put(experiment.name() + " model", List.of(experiment.modelId()));
        now.put(experiment.name() + " cells", experiment.cells().stream().map(Cell::id).toList());
      }
    }
    Map<String, String> renamed = new LinkedHashMap<>();
    for (String line : lines(before)) {
      int tab = line.indexOf('\t');
      String name = line.substring(0, Math.max(0, tab));
      List<String> old = List.of(line.substring(tab + 1).split(" "));
      List<String> ids = now.get(name);
      if (ids != null && !line.endsWith("\t")) {
        if (ids.size() != old.size()) {
          throw new IllegalArgumentException(
              "%s: %d ids before, %d now".formatted(name, old.size(), ids.size()));
        }
        for (int i = 0; i < ids.size(); i++) {
          if (!ids.get(i).equals(old.get(i))) {
            renamed.put(old.get(i), ids.get(i));
          }
        }
      }
    }
    return renamed;
  }

  private static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  /** All numbers that it asks for. */
  public List<Cell> cells() {
    return experiments.stream().flatMap(experiment -> experiment.cells().stream()).toList();
  }
}
