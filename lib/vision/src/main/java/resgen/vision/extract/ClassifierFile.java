package resgen.vision.extract;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import resgen.nn.Parameters;
import resgen.settings.Hashes;
import resgen.settings.Json;
import resgen.settings.SourceCommit;
import resgen.torch.Precision;
import resgen.torch.Torch;
import resgen.torch.WeightFile;
import resgen.torch.WeightFormat;
import resgen.train.Training;
import resgen.vision.Images;

/** A classifier as a {@link WeightFile}; weights are half floats. */
final class ClassifierFile {

  private static final WeightFile.Kind KIND = new WeightFile.Kind("classifier", 1, "a classifier");
  private static final String PREFIX = "model.";

  /** Of the network's input; files of grey ones may be without. */
  private static final String CHANNELS = "channels";

  /**
   * What a classifier was made of.
   *
   * @param settings of network and augmentation
   * @param images name of the training set
   * @param data fingerprint of the training set
   * @param classNames of its classes
   * @param training settings of the run
   * @param steps done
   * @param commit of the code
   */
  record Origin(
      ClassifierSettings settings,
      String images,
      String data,
      List<String> classNames,
      Training training,
      long steps,
      String commit) {

    Origin {
      classNames = List.copyOf(classNames);
    }

    static Origin of(ClassifierSettings settings, Images images, Training training, long steps) {
      return new Origin(
          settings,
          images.name(),
          images.fingerprint(),
          images.classNames(),
          training,
          steps,
          SourceCommit.current());
    }

    /** The network that gives features, of images of so many channels. */
    ClassifierNetwork network(Parameters parameters, int channels) {
      return new ClassifierNetwork(
          parameters, settings, channels, classNames.size(), Precision.FP32);
    }
  }

  private ClassifierFile() {}

  static FashionClassifier freeze(Origin origin, int channels, Map<String, NDArray> weights) {
    NDManager manager = Torch.manager();
    Parameters parameters = Parameters.on(manager, 0);
    ClassifierNetwork network = origin.network(parameters, channels);
    try (NDManager rounded = Torch.manager()) {
      Map<String, NDArray> halves = new LinkedHashMap<>();
      weights.forEach((name, array) -> halves.put(name, WeightFormat.rounded(rounded, array)));
      parameters.load(halves);
    }
    return new FashionClassifier(origin, channels, manager, parameters, network);
  }

  static void save(Origin origin, int channels, Parameters parameters, Path path) {
    WeightFile.of(KIND)
        .metadata("origin", Json.line(origin))
        .metadata(CHANNELS, Integer.toString(channels))
        .weights(PREFIX, parameters.arrays(), WeightFormat.HALF)
        .write(path);
  }

  static FashionClassifier load(Path path) {
    return WeightFile.read(path, KIND, ClassifierFile::load);
  }

  private static FashionClassifier load(WeightFile file) {
    Origin origin = file.metadata("origin", text -> Json.read(text, Origin.class));
    int channels = channels(file);
    Parameters plan = Parameters.plan(file.bound());
    origin.network(plan, channels);
    file.check(PREFIX, plan.shapes());
    NDManager manager = Torch.manager();
    try (NDManager loaded = Torch.manager()) {
      Parameters parameters = Parameters.on(manager, 0);
      ClassifierNetwork network = origin.network(parameters, channels);
      parameters.load(file.arrays(loaded, PREFIX));
      return new FashionClassifier(origin, channels, manager, parameters, network);
    } catch (RuntimeException e) {
      manager.close();
      throw e;
    }
  }

  private static int channels(WeightFile file) {
    String text = file.text(CHANNELS).orElse("1");
    if (!text.equals("1") && !text.equals("3")) {
      throw new IllegalArgumentException("its metadata has channels '" + text + "', not 1 or 3");
    }
    return Integer.parseInt(text);
  }

  /** Over the network's settings and its weights as they are stored. */
  static String hash(ClassifierSettings settings, Parameters parameters) {
    MessageDigest digest = Hashes.digest();
    digest.update(Json.line(settings).getBytes(StandardCharsets.UTF_8));
    parameters
        .arrays()
        .forEach(
            (name, array) -> {
              digest.update((PREFIX + name).getBytes(StandardCharsets.UTF_8));
              digest.update(WeightFormat.halves(array));
            });
    return Hashes.shortHex(digest);
  }
}
