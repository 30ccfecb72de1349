package resgen.vision.extract;

import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import resgen.settings.Json;
import resgen.train.Listener;
import resgen.train.Training;
import resgen.vision.Images;
import resgen.vision.tokenizer.TokenCache;

/**
 * An extractor for images of which no other is known: a small classifier, trained on those images
 * themselves, 3×32×32 or 1×32×32, in a minute or two. Distances by it are called FD-own. They
 * compare models of one data set with each other; between data sets they mean nothing, as each has
 * an extractor of its own.
 *
 * <p>It is kept in the user's cache, by the images' fingerprint and the settings here.
 */
public final class OwnClassifier {

  /** What the network is called in protocols. */
  public static final String NAME = "own-classifier";

  /** What the Fréchet distance between its features is called. */
  public static final String METRIC = "FD-own";

  private static final Logger LOG = LoggerFactory.getLogger(OwnClassifier.class);
  private static final int BATCH = 64;
  private static final int EPOCHS = 20;
  private static final int FEWEST_STEPS = 60;
  private static final int MOST_STEPS = 2000;
  private static final int VALIDATION = 500;

  private OwnClassifier() {}

  /** The training for so many images: twenty epochs, within 60 to 2,000 steps of 64 images. */
  static Training usual(int images) {
    long steps =
        Math.max(FEWEST_STEPS, Math.min(MOST_STEPS, Math.round((double) EPOCHS * images / BATCH)));
    return FashionClassifier.training(steps, BATCH, 20).every(20, steps, 0);
  }

  /** As {@link #of(Images, Listener)}, telling nobody. */
  public static FashionClassifier of(Images images) {
    return of(images, Listener.none());
  }

  /**
   * The classifier of these images, from the cache or trained now.
   *
   * @param listener told of the training, if there is one
   * @throws IllegalArgumentException if the images have fewer than two classes
   * @throws CancellationException if the training is interrupted; the interrupt stays set
   */
  public static FashionClassifier of(Images images, Listener listener) {
    return of(images, usual(images.size()), TokenCache.standardFolder(), listener);
  }

  static FashionClassifier of(Images images, Training training, Path cache, Listener listener) {
    long classes = java.util.Arrays.stream(images.labels()).distinct().count();
    if (classes < 2) {
      throw new IllegalArgumentException(
          images.name()
              + ": an extractor of its own learns to tell classes apart, and there is only one;"
              + " give another extractor");
    }
    Path file = file(images, training, cache);
    return kept(file).orElseGet(() -> train(images, training, file, listener));
  }

  /** Where the classifier of these images is kept, once it is trained. */
  public static Path file(Images images) {
    return file(images, usual(images.size()), TokenCache.standardFolder());
  }

  private static Path file(Images images, Training training, Path cache) {
    String recipe = Json.hash(List.of(ClassifierSettings.own(), training));
    return cache.resolve(
        "classifier-%.16s-%.16s.safetensors".formatted(recipe, images.fingerprint()));
  }

  private static Optional<FashionClassifier> kept(Path file) {
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      return Optional.of(FashionClassifier.load(file));
    } catch (IllegalArgumentException | UncheckedIOException e) {
      LOG.warn("{} is made anew: {}", file, e.getMessage());
      return Optional.empty();
    }
  }

  private static FashionClassifier train(
      Images images, Training training, Path file, Listener listener) {
    Images validation = images.range(0, Math.min(VALIDATION, images.size()));
    FashionClassifier.Trained trained =
        FashionClassifier.train(
            images, validation, ClassifierSettings.own(), training, Optional.empty(), listener);
    if (trained.run().interrupted()) {
      trained.classifier().close();
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted while the extractor was trained");
    }
    try {
      trained.classifier().save(file);
    } catch (UncheckedIOException e) {
      LOG.warn("the extractor is not kept: {}", e.getMessage());
    }
    return trained.classifier();
  }
}
