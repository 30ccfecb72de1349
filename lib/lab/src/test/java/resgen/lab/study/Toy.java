package resgen.lab.study;

import java.nio.file.Path;
import resgen.settings.AtomicFile;

/** A folder of experiments that take no time. */
final class Toy {

  static final int CLASSES = 2;

  static final String BASE =
      """
      {"data": "fashion-mnist",
       "tokenizer": {"preset": "tiny", "training": {"steps": 5, "batch": 16}},
       "preset": "tiny",
       "training": {"steps": 4, "batch": 8, "optimizer.learningRate": 0.002},
       "sampling": {"pace.steps": 3, "guidance.end": 1.5},
       "samples": 12, "seeds": [0, 1]}
      """;

  private Toy() {}

  /** Writes an experiment's file. */
  static void write(Path folder, String name, String json) {
    Path file = folder.resolve(name + ".json");
    file.getParent().toFile().mkdirs();
    AtomicFile.write(file, json);
  }

  /** A study of two models, one of them sampled in two ways, and a third that is only trained. */
  static Study study(Path folder) {
    write(folder, "base", BASE);
    write(folder, "toy/masked", "{\"base\": \"base\", \"sweep\": {\"pace.steps\": [2, 3]}}");
    write(folder, "toy/parallel", "{\"base\": \"base\", \"model\": \"direct-tokens\"}");
    write(
        folder,
        "toy/rate",
        "{\"base\": \"base\", \"training\": {\"optimizer.learningRate\": 0.01}, \"samples\": 0}");
    return load(folder, "toy");
  }

  /** A study of the folder. */
  static Study load(Path folder, String name) {
    return Study.load(folder, name, data -> CLASSES);
  }
}
