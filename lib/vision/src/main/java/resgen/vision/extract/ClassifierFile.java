package resgen.vision.extract;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import resgen.codec.Hashes;
import resgen.nn.Parameters;
import resgen.settings.Json;
import resgen.settings.SourceCommit;
import resgen.torch.Precision;
import resgen.torch.SafeTensors;
import resgen.torch.Tensors;
import resgen.torch.Torch;
import resgen.train.Training;
import resgen.vision.Images;

/** A classifier as a safetensors file; weights are half floats. */
final class ClassifierFile {

  private static final String FORMAT = "resgen-classifier-1";

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
      weights.forEach(
          (name, array) -> halves.put(name, Tensors.array(rounded, Tensors.halfEntry(array))));
      parameters.load(halves);
    }
    return new FashionClassifier(origin, channels, manager, parameters, network);
  }

  static void save(Origin origin, int channels, Parameters parameters, Path path) {
    SafeTensors.write(
        path,
        weights(parameters),
        Map.of("format", FORMAT, "origin", Json.line(origin), CHANNELS, "" + channels));
  }

  static FashionClassifier load(Path path) {
    SafeTensors.File file = SafeTensors.read(path);
    String format = file.metadata().get("format");
    if (!FORMAT.equals(format)) {
      throw new IllegalArgumentException(
          path + " is not a classifier: its format is " + format + ", expected " + FORMAT);
    }
    NDManager manager = Torch.manager();
    try (NDManager loaded = Torch.manager()) {
      String text = file.metadata().get("origin");
      if (text == null) {
        throw new IllegalArgumentException("its metadata has no origin");
      }
      Origin origin = Json.read(text, Origin.class);
      int channels = channels(file.metadata().getOrDefault(CHANNELS, "1"));
      Parameters parameters = Parameters.on(manager, 0);
      ClassifierNetwork network = origin.network(parameters, channels);
      parameters.load(Tensors.select(loaded, "model.", file.tensors()));
      return new FashionClassifier(origin, channels, manager, parameters, network);
    } catch (IllegalArgumentException e) {
      manager.close();
      throw new IllegalArgumentException(path + ": " + e.getMessage(), e);
    }
  }

  private static int channels(String text) {
    if (!text.equals("1") && !text.equals("3")) {
      throw new IllegalArgumentException("its metadata has channels '" + text + "', not 1 or 3");
    }
    return Integer.parseInt(text);
  }

  private static Map<String, SafeTensors.Entry> weights(Parameters parameters) {
    Map<String, SafeTensors.Entry> entries = new LinkedHashMap<>();
    parameters
        .arrays()
        .forEach((name, array) -> entries.put("model." + name, Tensors.halfEntry(array)));
    return entries;
  }

  /** Over the network's settings and its weights as they are stored. */
  static String hash(ClassifierSettings settings, Parameters parameters) {
    MessageDigest digest = Hashes.digest();
    digest.update(Json.line(settings).getBytes(StandardCharsets.UTF_8));
    weights(parameters)
        .forEach(
            (name, entry) -> {
              digest.update(name.getBytes(StandardCharsets.UTF_8));
              digest.update(entry.data());
            });
    return Hashes.shortHex(digest);
  }
}
