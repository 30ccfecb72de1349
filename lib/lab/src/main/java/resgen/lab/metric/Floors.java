package resgen.lab.metric;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import resgen.codec.Codec;
import resgen.codec.Extractor;
import resgen.codec.Media;
import resgen.codec.Tokens;
import resgen.settings.DataHome;
import resgen.settings.Json;
import resgen.token.Codes;
import resgen.token.Condition;
import resgen.token.Labels;

/**
 * What a generator's Fréchet distance is to be read against, all by the same extractor, with the
 * same number of samples, against the same reference.
 *
 * @param of what they were measured on; see {@link Key}
 * @param real held-out real media
 * @param reconstruction the same through the tokenizer and back: no generator on this tokenizer is
 *     expected below
 * @param shuffled {@link ShuffleBaseline}: what a generator reaches without any context
 */
public record Floors(Key of, double real, double reconstruction, double shuffled) {

  /** The number of samples that floors, and so R, are defined with. */
  public static final int SAMPLES = 5_000;

  private static final Logger LOG = LoggerFactory.getLogger(Floors.class);

  /**
   * What floors depend on.
   *
   * @param tokenizer fingerprint
   * @param reference fingerprint of the reference, from which the shuffled tokens come
   * @param heldOut fingerprint of the held-out media that were taken
   * @param extractor name, hash and preparation
   * @param samples how many of each kind
   * @param seed of the shuffling
   */
  public record Key(
      String tokenizer,
      String reference,
      String heldOut,
      String extractor,
      int samples,
      long seed) {}

  /** Checks that the numbers are finite. */
  public Floors {
    if (!Double.isFinite(real) || !Double.isFinite(reconstruction) || !Double.isFinite(shuffled)) {
      throw new IllegalArgumentException(
          "floors must be finite: " + real + ", " + reconstruction + ", " + shuffled);
    }
  }

  /**
   * R: where a distance lies between the reconstructions' (0) and the shuffled tokens' (1). It is
   * free of the extractor's scale.
   */
  public double relative(double distance) {
    return (distance - reconstruction) / (shuffled - reconstruction);
  }

  /**
   * The floors, read from {@code data/checkpoints} or the user's cache if they are there, measured
   * and kept if not.
   *
   * @param heldOut its first {@code samples} are taken
   * @param samples at most {@link #SAMPLES} by definition; fewer for a quick look
   */
  public static <X extends Media<X>> Floors of(
      Codec<X> tokenizer,
      Reference<X> reference,
      X heldOut,
      Extractor<X> extractor,
      int samples,
      long seed) {
    X taken = heldOut.range(0, Math.min(samples, heldOut.size()));
    Key key = key(tokenizer, reference, taken, extractor, seed);
    Optional<Path> kept =
        FeatureCache.standard().file("floors", Map.of("key", Json.line(key)), ".json");
    Optional<Floors> known = shipped(key).or(() -> kept.flatMap(path -> read(path, key)));
    if (known.isPresent()) {
      return known.get();
    }
    Floors floors = measure(tokenizer, reference, taken, extractor, seed);
    kept.ifPresent(path -> keep(path, floors));
    return floors;
  }

  /**
   * Measures the floors with all of {@code heldOut}.
   *
   * @param reference that shuffled tokens come from, usually the training media
   * @param seed of the shuffling
   */
  public static <X extends Media<X>> Floors measure(
      Codec<X> tokenizer, Reference<X> reference, X heldOut, Extractor<X> extractor, long seed) {
    Tokens tokens = tokenizer.encode(reference.media());
    Tokens unseen = tokenizer.encode(heldOut);
    int[] labels = Labels.cycle(heldOut.size(), tokens.classNames().size()).toArray();
    Codes shuffled = ShuffleBaseline.codes(tokens, labels, seed);
    Condition classes = new Condition.Classes(labels, tokens.classNames());
    X decoded = tokenizer.decode(unseen.codes(), unseen.condition());
    return new Floors(
        key(tokenizer, reference, heldOut, extractor, seed),
        distance(heldOut, extractor, reference),
        distance(decoded, extractor, reference),
        distance(tokenizer.decode(shuffled, classes), extractor, reference));
  }

  private static <X extends Media<X>> double distance(
      X media, Extractor<X> extractor, Reference<X> reference) {
    return Frechet.distance(Moments.of(extractor.features(media)), reference.moments());
  }

  private static <X extends Media<X>> Key key(
      Codec<X> tokenizer, Reference<X> reference, X taken, Extractor<X> extractor, long seed) {
    return new Key(
        tokenizer.fingerprint(),
        reference.media().fingerprint(),
        taken.fingerprint(),
        extractor.name() + " " + extractor.hash() + ", " + extractor.preparation(taken),
        taken.size(),
        seed);
  }

  /** The shipped floors, one file a tokenizer: {@code floors-<fingerprint>.json}. */
  private static Optional<Floors> shipped(Key key) {
    try {
      return read(shippedFile(key), key);
    } catch (IllegalStateException noDataHere) {
      return Optional.empty();
    }
  }

  private static Path shippedFile(Key key) {
    return DataHome.path("checkpoints")
        .resolve("floors-" + key.tokenizer().substring(0, 12) + ".json");
  }

  /** Writes these floors where they are found in a clone. */
  public Path ship() {
    Path path = shippedFile(of);
    Json.write(path, this);
    return path;
  }

  private static Optional<Floors> read(Path path, Key key) {
    if (!Files.exists(path)) {
      return Optional.empty();
    }
    try {
      return Optional.of(Json.read(path, Floors.class)).filter(floors -> floors.of.equals(key));
    } catch (IllegalArgumentException | java.io.UncheckedIOException e) {
      LOG.warn("floors are measured anew: {}", e.getMessage());
      return Optional.empty();
    }
  }

  private static void keep(Path path, Floors floors) {
    try {
      Json.write(path, floors);
    } catch (java.io.UncheckedIOException e) {
      LOG.warn("floors are not kept: {}", e.getMessage());
    }
  }
}
