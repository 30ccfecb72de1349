package resgen.lab.metric;

import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import resgen.codec.Extraction;
import resgen.codec.Extractor;
import resgen.codec.Features;
import resgen.codec.Media;
import resgen.settings.Hashes;
import resgen.settings.UserCache;
import resgen.torch.SafeTensors;

/**
 * Features on disk, one file for each pair of media and extractor, named by the hash of both and of
 * how media are prepared. Floors are kept there, too.
 *
 * <p>A file that cannot be read or does not fit is made anew, and a folder that cannot be written
 * to costs only the time saved.
 */
public final class FeatureCache {

  private static final Logger LOG = LoggerFactory.getLogger(FeatureCache.class);
  private static final String FORMAT = "resgen-features-1";

  private final Optional<Path> folder;

  private FeatureCache(Optional<Path> folder) {
    this.folder = folder;
  }

  /** The user's cache, beside the tokens'. */
  public static FeatureCache standard() {
    return at(UserCache.folder());
  }

  /** A cache in a folder, which need not exist. */
  public static FeatureCache at(Path folder) {
    return new FeatureCache(Optional.of(folder));
  }

  /** No cache: everything is computed. */
  public static FeatureCache none() {
    return new FeatureCache(Optional.empty());
  }

  /** The file in this cache for what has this key, if the cache has a folder. */
  Optional<Path> file(String kind, Map<String, String> key, String ending) {
    MessageDigest digest = Hashes.digest();
    key.forEach(
        (name, value) ->
            digest.update((name + "=" + value + "\n").getBytes(StandardCharsets.UTF_8)));
    return folder.map(f -> f.resolve(kind + "-" + Hashes.shortHex(digest) + ending));
  }

  /** What the extractor says of the media: read if it is there, computed and kept if not. */
  public <X extends Media<X>> Extraction get(X media, Extractor<X> extractor) {
    Map<String, String> key = key(media, extractor);
    Optional<Path> file = file("features", key, ".safetensors");
    Optional<Extraction> kept = file.flatMap(path -> read(path, key, media.size(), extractor));
    if (kept.isPresent()) {
      return kept.get();
    }
    Extraction extraction = extractor.extract(media);
    file.ifPresent(path -> write(path, key, extraction));
    return extraction;
  }

  private static <X extends Media<X>> Map<String, String> key(X media, Extractor<X> extractor) {
    Map<String, String> key = new LinkedHashMap<>();
    key.put("format", FORMAT);
    key.put("extractor", extractor.name());
    key.put("hash", extractor.hash());
    key.put("preparation", extractor.preparation(media));
    key.put("data", media.fingerprint());
    return key;
  }

  private static Optional<Extraction> read(
      Path path, Map<String, String> key, int size, Extractor<?> extractor) {
    if (!Files.exists(path)) {
      return Optional.empty();
    }
    try {
      SafeTensors.File file = SafeTensors.read(path);
      Features features = features(file.tensor("features"));
      if (!key.equals(file.metadata())
          || features.count() != size
          || features.dimension() != extractor.dimension()) {
        throw new IllegalArgumentException(path + " is of other media or another extractor");
      }
      Optional<Features> scores =
          Optional.ofNullable(file.tensors().get("scores")).map(FeatureCache::features);
      return Optional.of(new Extraction(features, scores));
    } catch (IllegalArgumentException | UncheckedIOException e) {
      LOG.warn("features are computed anew: {}", e.getMessage());
      return Optional.empty();
    }
  }

  private static Features features(SafeTensors.Entry entry) {
    long[] shape = entry.shape();
    if (shape.length != 2 || shape[1] < 1) {
      throw new IllegalArgumentException(entry + " is no table of features");
    }
    return Features.of((int) shape[1], entry.floats());
  }

  private static void write(Path path, Map<String, String> key, Extraction extraction) {
    Map<String, SafeTensors.Entry> entries = new LinkedHashMap<>();
    entries.put("features", entry(extraction.features()));
    extraction.scores().ifPresent(scores -> entries.put("scores", entry(scores)));
    try {
      SafeTensors.write(path, entries, key);
    } catch (UncheckedIOException e) {
      LOG.warn("features are not kept: {}", e.getMessage());
    }
  }

  private static SafeTensors.Entry entry(Features features) {
    return SafeTensors.Entry.of(features.flat(), features.count(), features.dimension());
  }
}
