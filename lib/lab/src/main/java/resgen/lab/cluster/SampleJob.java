package resgen.lab.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import resgen.Generator;
import resgen.sample.Sampling;
import resgen.settings.Hashes;
import resgen.settings.Json;
import resgen.token.Labels;

/**
 * Samples of a model, to be made and looked at in blocks: a block is a batch of the sampling, so
 * that a block's numbers are those of that batch in a run on one machine. Plain data.
 *
 * @param model name of a shipped model, or path of a file, as {@link Generator#load} takes it
 * @param precision of its matrix products, as {@code bf16}; empty text for the model's own
 * @param extractor kind and path of the network that looks at the samples, as {@code
 *     classifier:FILE}
 * @param sampling how they are made
 * @param samples how many
 * @param classes of the model; samples have them in turn
 */
public record SampleJob(
    String model, String precision, String extractor, Sampling sampling, int samples, int classes) {

  /** Checks the counts and the form of the extractor. */
  public SampleJob {
    if (samples < 1 || classes < 1) {
      throw new IllegalArgumentException(
          "samples and classes must be 1 or more: " + samples + ", " + classes);
    }
    if (!extractor.matches("\\w+:.+")) {
      throw new IllegalArgumentException(
          "extractor '" + extractor + "' is not KIND:PATH, as classifier:FILE");
    }
  }

  /** The same with other samples. */
  public SampleJob with(Sampling settings, int count) {
    return new SampleJob(model, precision, extractor, settings, count, classes);
  }

  /** How many blocks there are. */
  public int blocks() {
    return (samples + sampling.batchSize() - 1) / sampling.batchSize();
  }

  /** The number of the first sample of a block. */
  public int from(int block) {
    return Math.multiplyExact(block, sampling.batchSize());
  }

  /** The classes that a block's samples are asked for by. */
  Labels labels(int block) {
    return Labels.cycle(samples, classes)
        .range(from(block), Math.min(samples, from(block) + sampling.batchSize()));
  }

  /** The extractor's kind, as {@code classifier}. */
  String extractorKind() {
    return extractor.substring(0, extractor.indexOf(':'));
  }

  /** The extractor's file or folder. */
  Path extractorPath() {
    return Path.of(extractor.substring(extractor.indexOf(':') + 1));
  }

  /**
   * All files that the job reads, by where {@link #below} expects them in a folder.
   *
   * @throws IllegalArgumentException if the model or the extractor is not there
   */
  public Map<String, Path> files() {
    Map<String, Path> files = new LinkedHashMap<>();
    Generator.files(model).forEach(file -> files.put("model/" + file.getFileName(), file));
    Path own = extractorPath();
    if (!Files.exists(own)) {
      throw new IllegalArgumentException("extractor '" + extractor + "': there is no " + own);
    }
    for (Path file : all(own)) {
      Path below = own.equals(file) ? Path.of("") : own.relativize(file);
      files.put(Path.of("extractor", own.getFileName().toString()).resolve(below).toString(), file);
    }
    return files;
  }

  private static List<Path> all(Path path) {
    try (Stream<Path> found = Files.walk(path)) {
      return new ArrayList<>(found.filter(Files::isRegularFile).sorted().toList());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot list " + path + ": " + e.getMessage(), e);
    }
  }

  /** The same with the paths that {@link #files} has, which {@link #below} completes elsewhere. */
  public SampleJob relative() {
    return at(
        "model/" + Generator.files(model).get(0).getFileName(),
        "extractor/" + extractorPath().getFileName());
  }

  /** A {@link #relative} job's files, in the folder that they were put into. */
  public SampleJob below(Path folder) {
    return at(folder.resolve(model).toString(), folder.resolve(extractorPath()).toString());
  }

  private SampleJob at(String file, String extractorFile) {
    return new SampleJob(
        file, precision, extractorKind() + ":" + extractorFile, sampling, samples, classes);
  }

  /**
   * Hash of all that the samples depend on but the machine: the contents of the files, the settings
   * and the number of samples.
   */
  public String fingerprint() {
    Map<String, Object> identity = new LinkedHashMap<>();
    identity.put("files", Hashes.ofFiles(files().values().toArray(Path[]::new)));
    identity.put("precision", precision);
    identity.put("sampling", sampling);
    identity.put("samples", samples);
    identity.put("classes", classes);
    return Json.hash(identity);
  }
}
