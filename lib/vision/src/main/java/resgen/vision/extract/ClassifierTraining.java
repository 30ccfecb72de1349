package resgen.vision.extract;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import resgen.nn.Parameters;
import resgen.noise.Noise;
import resgen.token.Batches;
import resgen.torch.Precision;
import resgen.torch.Torch;
import resgen.train.Trainable;
import resgen.train.Training;
import resgen.vision.Images;

/** The classifier while it learns: cross-entropy over shifted and partly erased images. */
final class ClassifierTraining implements Trainable, AutoCloseable {

  private static final int VALIDATION_BATCH = 200;

  private final ClassifierSettings settings;
  private final Images images;
  private final Images validation;
  private final NDManager manager;
  private final Parameters parameters;
  private final ClassifierNetwork network;
  private final Noise noise;
  private Batches batches;

  ClassifierTraining(ClassifierSettings settings, Images images, Images validation, long seed) {
    for (Images each : new Images[] {images, validation}) {
      check(each, images);
    }
    this.settings = settings;
    this.images = images;
    this.validation = validation;
    manager = Torch.manager();
    parameters = Parameters.on(manager, seed);
    noise = Noise.of(seed).fork("classifier");
    network =
        new ClassifierNetwork(
            parameters,
            settings,
            images.channels(),
            images.classNames().size(),
            Precision.of(settings.precision()));
  }

  private static void check(Images images, Images like) {
    if (images.channels() != like.channels()
        || images.height() != like.height()
        || images.width() != like.width()
        || images.size() == 0
        || !images.classNames().equals(like.classNames())) {
      throw new IllegalArgumentException(
          "%s: the classifier learns from images of the same classes as %s, and of %d×%d×%d"
              .formatted(images, like, like.channels(), like.height(), like.width()));
    }
  }

  @Override
  public ClassifierSettings settings() {
    return settings;
  }

  @Override
  public Parameters parameters() {
    return parameters;
  }

  @Override
  public Loss loss(Training training, long step, int from, int count) {
    if (batches == null) {
      batches = Batches.of(images.size(), training.batch(), training.seed());
    }
    int[] chosen = Arrays.copyOfRange(batches.indices(step), from, from + count);
    float[] pixels = input(images, chosen);
    int size = settings.size();
    for (int i = 0; i < count; i++) {
      for (int c = 0; c < images.channels(); c++) { // in every channel the same
        Noise.Stream stream = noise.stream(step, from + i);
        int plane = i * images.channels() + c;
        ShiftAndErase.apply(pixels, plane, size, size, settings.shift(), settings.erase(), stream);
      }
    }
    NDArray scores = network.scores(network.features(array(pixels, count)));
    NDArray wanted = oneHot(images, chosen); // [B, classes]
    NDArray loss = Torch.scale(scores.logSoftmax(-1).mul(wanted).sum(), -1.0 / count);
    return Loss.of(loss);
  }

  @Override
  public Map<String, Double> validate(Training training) {
    int right = 0;
    double entropy = 0;
    for (int[] batch : Batches.inOrder(validation.size(), VALIDATION_BATCH)) {
      float[] logs =
          Torch.scoped(
              () -> {
                NDArray x = array(input(validation, batch), batch.length);
                return network.scores(network.features(x)).logSoftmax(-1).toFloatArray();
              });
      int classes = logs.length / batch.length;
      for (int i = 0; i < batch.length; i++) {
        int label = validation.label(batch[i]);
        entropy -= logs[i * classes + label];
        right += largest(logs, i * classes, classes) == label ? 1 : 0;
      }
    }
    Map<String, Double> values = new LinkedHashMap<>();
    values.put("validation_error", 1 - (double) right / validation.size());
    values.put("validation_entropy", entropy / validation.size());
    return values;
  }

  private static int largest(float[] values, int from, int count) {
    int at = 0;
    for (int c = 1; c < count; c++) {
      at = values[from + c] > values[from + at] ? c : at;
    }
    return at;
  }

  /** Images as the network takes them, {@code [B, C, S, S]} in row order. */
  private float[] input(Images from, int[] chosen) {
    if (from.height() == settings.size() && from.width() == settings.size()) {
      return from.normalized(chosen);
    }
    return Torch.scoped(
        () ->
            ImageInput.normalized(manager, from, from.channels(), settings.size(), chosen)
                .toFloatArray());
  }

  private NDArray array(float[] pixels, int count) {
    int size = settings.size();
    return Torch.floats(manager, pixels, count, images.channels(), size, size);
  }

  private NDArray oneHot(Images of, int[] chosen) {
    int classes = of.classNames().size();
    float[] ones = new float[chosen.length * classes];
    for (int i = 0; i < chosen.length; i++) {
      ones[i * classes + of.label(chosen[i])] = 1;
    }
    return Torch.floats(manager, ones, chosen.length, classes);
  }

  @Override
  public void close() {
    parameters.close();
    manager.close();
  }
}
