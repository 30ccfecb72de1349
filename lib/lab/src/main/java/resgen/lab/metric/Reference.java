package resgen.lab.metric;

import java.util.Arrays;
import resgen.codec.Extractor;
import resgen.codec.Features;
import resgen.noise.Noise;
import resgen.vision.Images;

/**
 * Real images as an extractor sees them, which generated ones are compared with.
 *
 * @param images the split
 * @param features one row per image
 * @param moments of the features
 */
public record Reference(Images images, Features features, Moments moments) {

  /** The reference of a split, its features from the user's cache if they are there. */
  public static Reference of(Images images, Extractor<Images> extractor) {
    return of(images, extractor, FeatureCache.standard());
  }

  /** The reference of a split. */
  public static Reference of(Images images, Extractor<Images> extractor, FeatureCache cache) {
    Features features = cache.get(images, extractor).features();
    return new Reference(images, features, Moments.of(features));
  }

  /** Data set and split, for protocols. */
  public String split() {
    return images.name();
  }

  /** How many images. */
  public int count() {
    return features.count();
  }

  /**
   * Features of a random part of the images, always the same for a seed; all if there are fewer.
   */
  public Features some(int count, long seed) {
    if (count >= features.count()) {
      return features;
    }
    int[] order = Noise.of(seed).fork("reference").stream().permutation(features.count());
    return features.subset(Arrays.copyOf(order, count));
  }
}
