package resgen.vision.tokenizer;

import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import resgen.settings.UserCache;
import resgen.token.Codes;
import resgen.token.TokenSpec;
import resgen.torch.SafeTensors;

/**
 * Codes on disk, one file for each pair of tokenizer and images, named by their fingerprints.
 *
 * <p>Files are written aside and moved. A file that cannot be read or does not fit is made anew,
 * and a folder that cannot be written to costs only the time saved.
 */
public final class TokenCache {

  /** The system property that names the cache folder. */
  public static final String PROPERTY = UserCache.PROPERTY;

  /** The environment variable that names the cache folder. */
  public static final String VARIABLE = UserCache.VARIABLE;

  private static final Logger LOG = LoggerFactory.getLogger(TokenCache.class);
  private static final String FORMAT = "resgen-codes-1";

  private final Optional<Path> folder;

  private TokenCache(Optional<Path> folder) {
    this.folder = folder;
  }

  /** The user's cache: the property, else the variable, else {@code ~/.cache/resgen}. */
  public static TokenCache standard() {
    return at(standardFolder());
  }

  /** The folder of the user's cache, for what else is kept of images. */
  public static Path standardFolder() {
    return UserCache.folder();
  }

  /** A cache in a folder, which need not exist. */
  public static TokenCache at(Path folder) {
    return new TokenCache(Optional.of(folder));
  }

  /** No cache: everything is computed. */
  public static TokenCache none() {
    return new TokenCache(Optional.empty());
  }

  /** The file of a pair, if this cache has a folder. */
  Optional<Path> file(String tokenizer, String data) {
    String name = "codes-%.16s-%.16s.safetensors".formatted(tokenizer, data);
    return folder.map(path -> path.resolve(name));
  }

  /**
   * The codes of a pair, read if they are there, computed and kept if not.
   *
   * @param size how many images there are
   * @param spec the shape of their tokens
   */
  Codes get(String tokenizer, String data, int size, TokenSpec spec, Supplier<Codes> compute) {
    Optional<Path> file = file(tokenizer, data);
    Optional<Codes> kept = file.flatMap(path -> read(path, tokenizer, data, size, spec));
    if (kept.isPresent()) {
      return kept.get();
    }
    Codes codes = compute.get();
    file.ifPresent(path -> write(path, codes, tokenizer, data));
    return codes;
  }

  private static Optional<Codes> read(
      Path path, String tokenizer, String data, int size, TokenSpec spec) {
    if (!Files.exists(path)) {
      return Optional.empty();
    }
    try {
      SafeTensors.File file = SafeTensors.read(path);
      if (!key(tokenizer, data).equals(file.metadata())) {
        throw new IllegalArgumentException("it is of another tokenizer or other images");
      }
      SafeTensors.Entry low = file.tensor("low");
      SafeTensors.Entry high = file.tensor("high");
      long[] shape = {size, spec.positions(), spec.depth()};
      if (!Arrays.equals(low.shape(), shape) || !Arrays.equals(high.shape(), shape)) {
        throw new IllegalArgumentException(
            "its codes are %s and %s; those of %d images are %s"
                .formatted(
                    Arrays.toString(low.shape()),
                    Arrays.toString(high.shape()),
                    size,
                    Arrays.toString(shape)));
      }
      int[] values = join(low.bytes(), high.bytes());
      Codes codes = Codes.of(values, spec.positions(), spec.depth());
      codes.requireBelow(spec.codes());
      return Optional.of(codes);
    } catch (IllegalArgumentException | UncheckedIOException e) {
      LOG.warn("the tokens in {} are not used but made anew: {}", path, e.getMessage());
      return Optional.empty();
    }
  }

  private static int[] join(byte[] low, byte[] high) {
    int[] values = new int[low.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = (high[i] & 0xFF) << 8 | low[i] & 0xFF;
    }
    return values;
  }

  private static void write(Path path, Codes codes, String tokenizer, String data) {
    int[] values = codes.rows(IntStream.range(0, codes.size()).toArray());
    byte[] low = new byte[values.length];
    byte[] high = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      low[i] = (byte) values[i];
      high[i] = (byte) (values[i] >> 8);
    }
    long[] shape = {codes.size(), codes.positions(), codes.depth()};
    try {
      SafeTensors.write(
          path,
          Map.of(
              "low", SafeTensors.Entry.of(low, shape), "high", SafeTensors.Entry.of(high, shape)),
          key(tokenizer, data));
    } catch (UncheckedIOException e) {
      LOG.warn("codes are not kept: {}", e.getMessage());
    }
  }

  private static Map<String, String> key(String tokenizer, String data) {
    return Map.of("format", FORMAT, "tokenizer", tokenizer, "data", data);
  }
}
