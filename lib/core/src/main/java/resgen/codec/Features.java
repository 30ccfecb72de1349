package resgen.codec;

import java.util.Arrays;
import java.util.List;

/**
 * What an extractor says about a set of media: one row of floats each; immutable.
 *
 * <p>Distances between sets of images are taken between their features.
 */
public final class Features {
  private final int dimension;
  private final float[] values;

  private Features(int dimension, float[] values) {
    this.dimension = dimension;
    this.values = values;
  }

  /**
   * Features from rows laid end to end; the array is taken over and must not be written to.
   *
   * @param dimension floats per image
   * @param values N·dimension floats, all finite
   * @throws IllegalArgumentException if the length does not fit, or naming the row that holds a
   *     value that is not finite
   */
  public static Features of(int dimension, float[] values) {
    if (dimension < 1 || values.length % dimension != 0) {
      throw new IllegalArgumentException(
          values.length + " values are no rows of dimension " + dimension);
    }
    for (int i = 0; i < values.length; i++) {
      if (!Float.isFinite(values[i])) {
        throw new IllegalArgumentException(
            "feature " + i % dimension + " of image " + i / dimension + " is " + values[i]);
      }
    }
    return new Features(dimension, values);
  }

  /** Features from one array per image. */
  public static Features of(float[][] rows) {
    if (rows.length == 0) {
      throw new IllegalArgumentException("no rows, so no dimension");
    }
    int dimension = rows[0].length;
    float[] values = new float[Math.multiplyExact(rows.length, dimension)];
    for (int i = 0; i < rows.length; i++) {
      if (rows[i].length != dimension) {
        throw new IllegalArgumentException(
            "row " + i + " has " + rows[i].length + " values, expected " + dimension);
      }
      System.arraycopy(rows[i], 0, values, i * dimension, dimension);
    }
    return of(dimension, values);
  }

  /**
   * The rows of all parts, one part after another.
   *
   * @throws IllegalArgumentException without parts, or if their dimensions differ
   */
  public static Features concat(List<Features> parts) {
    if (parts.isEmpty()) {
      throw new IllegalArgumentException("no parts, so no dimension");
    }
    Features first = parts.get(0);
    parts.forEach(part -> checkSameDimension(first, part));
    float[] all = new float[parts.stream().mapToInt(part -> part.values.length).sum()];
    int at = 0;
    for (Features part : parts) {
      System.arraycopy(part.values, 0, all, at, part.values.length);
      at += part.values.length;
    }
    return new Features(first.dimension, all);
  }

  /** How many images. */
  public int count() {
    return values.length / dimension;
  }

  /** Floats per image. */
  public int dimension() {
    return dimension;
  }

  /** One value. */
  public float get(int image, int feature) {
    return values[image * dimension + feature];
  }

  /** The features of one image; a copy. */
  public float[] row(int image) {
    return Arrays.copyOfRange(values, image * dimension, (image + 1) * dimension);
  }

  /** All rows, end to end; a copy. */
  public float[] flat() {
    return values.clone();
  }

  /** The rows at these indices, in this order. */
  public Features subset(int... indices) {
    float[] chosen = new float[Math.multiplyExact(indices.length, dimension)];
    for (int i = 0; i < indices.length; i++) {
      System.arraycopy(values, indices[i] * dimension, chosen, i * dimension, dimension);
    }
    return new Features(dimension, chosen);
  }

  /** Squared Euclidean distance between a row here and a row there, in float64. */
  public double squaredDistance(int here, Features there, int row) {
    float[] other = there.values;
    int a = here * dimension;
    int b = row * dimension;
    double even = 0;
    double odd = 0;
    int i = 0;
    for (; i + 1 < dimension; i += 2) {
      double d = (double) values[a + i] - other[b + i];
      double e = (double) values[a + i + 1] - other[b + i + 1];
      even += d * d;
      odd += e * e;
    }
    if (i < dimension) {
      double d = (double) values[a + i] - other[b + i];
      even += d * d;
    }
    return even + odd;
  }

  /** Checks that two sets of features can be compared. */
  public static void checkSameDimension(Features a, Features b) {
    if (a.dimension != b.dimension) {
      throw new IllegalArgumentException(
          "features of dimension " + a.dimension + " and " + b.dimension + " cannot be compared");
    }
  }

  @Override
  public String toString() {
    return "Features(" + count() + "×" + dimension + ")";
  }
}
