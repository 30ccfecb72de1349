package resgen.lab.study;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import resgen.model.TokenShape;
import resgen.settings.DataHome;
import resgen.vision.FashionMnist;

/**
 * Experiments that answer one question together; a folder of small files under {@code
 * data/experiments}.
 *
 * @param name the folder's
 * @param experiments in the order of their files' names
 */
public record Study(String name, List<Experiment> experiments) {

  private static final String SUFFIX = ".json";
  private static final String BASES = "models"; // what experiments of several studies build on

  /** Keeps a copy of the list. */
  public Study {
    experiments = List.copyOf(experiments);
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
    return load(folder(), name, FashionMnist.CLASS_NAMES.size());
  }

  /**
   * A study in another folder of experiments.
   *
   * @param classes of the images that it is about
   */
  public static Study load(Path folder, String name, int classes) {
    Path own = folder.resolve(name);
    if (!name.matches("[A-Za-z0-9_-]+") || !Files.isDirectory(own)) {
      throw new IllegalArgumentException(
          "no study '%s'; there are %s".formatted(name, String.join(", ", names(folder))));
    }
    Map<TokenizerChoice, TokenShape> shapes = new HashMap<>(); // files are read once
    List<Experiment> experiments =
        entries(own)
            .map(path -> path.getFileName().toString())
            .filter(file -> file.endsWith(SUFFIX))
            .map(file -> name + "/" + file.substring(0, file.length() - SUFFIX.length()))
            .map(
                experiment ->
                    Experiment.read(
                        folder,
                        experiment,
                        choice -> shapes.computeIfAbsent(choice, c -> c.shape(classes))))
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
   */
  public Study only(String text) {
    String whole = name + "/" + text;
    boolean exact = experiments.stream().anyMatch(experiment -> experiment.name().equals(whole));
    return new Study(
        name,
        experiments.stream()
            .filter(
                experiment ->
                    exact ? experiment.name().equals(whole) : experiment.name().contains(text))
            .toList());
  }

  /** All numbers that it asks for. */
  public List<Cell> cells() {
    return experiments.stream().flatMap(experiment -> experiment.cells().stream()).toList();
  }
}
