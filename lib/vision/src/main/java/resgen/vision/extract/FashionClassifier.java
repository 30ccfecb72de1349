package resgen.vision.extract;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import resgen.codec.Extraction;
import resgen.codec.Extractor;
import resgen.nn.Parameters;
import resgen.settings.DataHome;
import resgen.token.Labels;
import resgen.torch.Graphs;
import resgen.train.AdamW;
import resgen.train.Listener;
import resgen.train.Rate;
import resgen.train.Run;
import resgen.train.Trainer;
import resgen.train.Training;
import resgen.vision.FashionMnist;
import resgen.vision.Images;

/**
 * A small classifier whose last layer but one is compared: the project's own extractor for
 * Fashion-MNIST, trained on its 60,000 training images, by which distances are called FD-Fashion;
 * or one trained on other images (see {@link OwnClassifier}), by which they are called FD-own.
 *
 * <p>Weights are half floats on disk, products float32, so that features do not depend on the
 * machine's fastest precision.
 */
public final class FashionClassifier implements Extractor<Images> {

  /** The name of the shipped weights. */
  public static final String NAME = "fashion-classifier";

  /** Steps of the shipped weights' training. */
  public static final long STEPS = 4000;

  private final ClassifierFile.Origin origin;
  private final int channels;
  private final NDManager manager;
  private final Parameters parameters;
  private final ClassifierNetwork network;
  private final String hash;
  private final Graphs graphs;

  /** Takes over manager and parameters. */
  FashionClassifier(
      ClassifierFile.Origin origin,
      int channels,
      NDManager manager,
      Parameters parameters,
      ClassifierNetwork network) {
    this.origin = origin;
    this.channels = channels;
    this.manager = manager;
    this.parameters = parameters;
    this.network = network;
    parameters.freeze();
    hash = ClassifierFile.hash(origin.settings(), parameters);
    graphs = Graphs.on(manager);
  }

  /** The shipped classifier, {@code data/checkpoints/fashion-classifier.safetensors}. */
  public static FashionClassifier load() {
    return load(file());
  }

  /** Where the shipped classifier is. */
  public static Path file() {
    return DataHome.path("checkpoints").resolve(NAME + ".safetensors");
  }

  /**
   * A classifier that was saved.
   *
   * @throws IllegalArgumentException if the file is not a classifier
   */
  public static FashionClassifier load(Path path) {
    return ClassifierFile.load(path);
  }

  /** The training that the shipped weights had: 4,000 steps of 128 images, 8.5 epochs. */
  public static Training usual() {
    return usual(STEPS);
  }

  /** The same with another number of steps. */
  public static Training usual(long steps) {
    return training(steps, 128, 150).every(50, 500, 500);
  }

  /** What the trainings of all classifiers have in common. */
  static Training training(long steps, int batch, int warmup) {
    return Training.steps(steps)
        .batch(batch)
        .optimizer(new AdamW.Settings(3e-3, 0.9, 0.98, 1e-8, 0.05, 1))
        .rate(Rate.cosine(warmup))
        .emaDecay(0.99);
  }

  /**
   * Trains a classifier; the last weights are taken, averaged, whatever the validation says.
   *
   * @param validation images whose error is measured on the way; never learned from
   * @param folder for checkpoints and metrics, from which an earlier run resumes; empty for none
   */
  public static Trained train(
      Images images,
      Images validation,
      ClassifierSettings settings,
      Training training,
      Optional<Path> folder,
      Listener listener) {
    ClassifierSettings measured = settings.resolved();
    try (ClassifierTraining model =
            new ClassifierTraining(measured, images, validation, training.seed());
        Trainer trainer = new Trainer(model, training, folder, listener)) {
      Run run = trainer.run();
      ClassifierFile.Origin origin =
          ClassifierFile.Origin.of(measured, images, training, run.steps());
      return new Trained(
          ClassifierFile.freeze(origin, images.channels(), trainer.ema().averages()), run);
    }
  }

  /**
   * What came of a training.
   *
   * @param classifier with the averaged weights, rounded to half floats as they will be stored
   * @param run its metrics
   */
  public record Trained(FashionClassifier classifier, Run run) {}

  /** Writes settings, origin and weights into one safetensors file. */
  public void save(Path path) {
    ClassifierFile.save(origin, channels, parameters, path);
  }

  @Override
  public String name() {
    return isFashion() ? NAME : OwnClassifier.NAME;
  }

  private boolean isFashion() {
    return channels == 1 && origin.classNames().equals(FashionMnist.CLASS_NAMES);
  }

  @Override
  public String hash() {
    return hash;
  }

  @Override
  public String metric() {
    return isFashion() ? "FD-Fashion" : OwnClassifier.METRIC;
  }

  @Override
  public int dimension() {
    return origin.settings().features();
  }

  @Override
  public List<String> classNames() {
    return origin.classNames();
  }

  @Override
  public String preparation(Images images) {
    return ImageInput.words(images, channels, origin.settings().size());
  }

  @Override
  public Extraction extract(Images images) {
    int size = origin.settings().size();
    return ImageInput.extract(
        images,
        batch -> {
          NDArray x = ImageInput.normalized(manager, images, channels, size, batch);
          return graphs.apply("features and scores", x, this::seen);
        });
  }

  private NDList seen(NDArray images) {
    NDArray features = network.features(images);
    return new NDList(features, network.scores(features));
  }

  /** The share of images whose label gets the highest score. */
  public double accuracy(Images images) {
    Labels seen = extract(images).classes().orElseThrow();
    long right =
        IntStream.range(0, seen.size()).filter(i -> seen.get(i) == images.label(i)).count();
    return (double) right / seen.size();
  }

  /** What it was trained on and how. */
  ClassifierFile.Origin origin() {
    return origin;
  }

  /** Numbers in the network. */
  public long parameterCount() {
    return parameters.count();
  }

  @Override
  public void close() {
    graphs.close();
    parameters.close();
    manager.close();
  }

  @Override
  public String toString() {
    return "%s, trained %,d steps on %s".formatted(name(), origin.steps(), origin.images());
  }
}
