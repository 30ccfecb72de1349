package resgen.codec;

import java.util.List;
import java.util.Optional;
import resgen.token.Labels;

/**
 * What an extractor says about images.
 *
 * @param features one row per image
 * @param scores one row per image, one score per class; empty of an extractor that knows no classes
 */
public record Extraction(Features features, Optional<Features> scores) {

  /** Checks that both are of the same images. */
  public Extraction {
    if (scores.isPresent() && scores.get().count() != features.count()) {
      throw new IllegalArgumentException(
          features.count() + " features but " + scores.get().count() + " rows of scores");
    }
  }

  /**
   * What one extractor says of several sets, one set after another.
   *
   * @throws IllegalArgumentException without parts, or if they are not of one extractor
   */
  public static Extraction concat(List<Extraction> parts) {
    List<Features> scores = parts.stream().flatMap(part -> part.scores().stream()).toList();
    return new Extraction(
        Features.concat(parts.stream().map(Extraction::features).toList()),
        scores.isEmpty() ? Optional.empty() : Optional.of(Features.concat(scores)));
  }

  /** The class with the highest score for each image, the first of equals. */
  public Optional<Labels> classes() {
    return scores.map(Extraction::highest);
  }

  private static Labels highest(Features scores) {
    int[] seen = new int[scores.count()];
    for (int i = 0; i < seen.length; i++) {
      for (int c = 1; c < scores.dimension(); c++) {
        if (scores.get(i, c) > scores.get(i, seen[i])) {
          seen[i] = c;
        }
      }
    }
    return Labels.of(seen);
  }

  /** Of the first {@code count} images. */
  public Extraction take(int count) {
    int[] first = java.util.stream.IntStream.range(0, count).toArray();
    return new Extraction(features.subset(first), scores.map(s -> s.subset(first)));
  }
}
