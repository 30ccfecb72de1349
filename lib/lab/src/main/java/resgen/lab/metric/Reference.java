package resgen.lab.metric;

import java.util.Arrays;
import java.util.List;
import resgen.codec.Extractor;
import resgen.codec.Features;
import resgen.codec.Media;
import resgen.noise.Noise;

/**
 * Real media as an extractor sees them, which generated ones are compared with.
 *
 * @param media the split
 * @param features one row for each
 * @param moments of the features
 */
public record Reference<X extends Media<X>>(X media, Features features, Moments moments) {

  /** The reference of a split, its features from the user's cache if they are there. */
  public static <X extends Media<X>> Reference<X> of(X media, Extractor<X> extractor) {
    return of(media, extractor, FeatureCache.standard());
  }

  /** The reference of a split. */
  public static <X extends Media<X>> Reference<X> of(
      X media, Extractor<X> extractor, FeatureCache cache) {
    Features features = cache.get(media, extractor).features();
    return new Reference<>(media, features, Moments.of(features));
  }

  /** Data set and split, for protocols. */
  public String split() {
    return media.name();
  }

  /** Names of the classes; empty of media without classes. */
  public List<String> classNames() {
    return media.conditions().classNames();
  }

  /** How many there are. */
  public int count() {
    return features.count();
  }

  /** Features of a random part of the media, always the same for a seed; all if there are fewer. */
  public Features some(int count, long seed) {
    if (count >= features.count()) {
      return features;
    }
    int[] order = Noise.of(seed).fork("reference").stream().permutation(features.count());
    return features.subset(Arrays.copyOf(order, count));
  }
}
