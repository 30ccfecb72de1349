package resgen.audio.align;

import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * How long symbols usually last: the mean number of frames of a symbol between its neighbours, of
 * as many neighbours as have been met often enough. No network, and exact for texts of few words.
 *
 * @param means frames by context, a symbol in the middle of 0 to 3 others on each side
 */
record MeanDurations(Map<String, Double> means) {

  static final int SIDE = 3; // the most neighbours on each side
  private static final int LEAST = 5; // occurrences of a context; of a symbol alone one is enough

  MeanDurations {
    means = Map.copyOf(means);
  }

  /** Learns from alignments. */
  static MeanDurations fit(List<int[]> texts, List<int[]> frames) {
    Map<String, double[]> sums = new HashMap<>(); // frames, occurrences
    for (int i = 0; i < texts.size(); i++) {
      int[] ids = texts.get(i);
      for (int at = 0; at < ids.length; at++) {
        for (int side = 0; side <= SIDE; side++) {
          double[] sum = sums.computeIfAbsent(context(ids, at, side), key -> new double[2]);
          sum[0] += frames.get(i)[at];
          sum[1]++;
        }
      }
    }
    Map<String, Double> means = new TreeMap<>();
    sums.forEach(
        (key, sum) -> {
          if (sum[1] >= LEAST || key.length() == 1) {
            means.put(key, (double) (float) (sum[0] / sum[1])); // as it is stored
          }
        });
    return new MeanDurations(means);
  }

  /** A symbol with so many neighbours on each side. */
  static String context(int[] ids, int at, int side) {
    StringBuilder key = new StringBuilder();
    for (int i = at - side; i <= at + side; i++) {
      key.append((char) (i < 0 || i >= ids.length ? TextBytes.PADDING : ids[i]));
    }
    return key.toString();
  }

  /** Frames of each symbol of a text; those of a symbol never met are the mean of all. */
  double[] of(int[] ids) {
    double[] frames = new double[ids.length];
    for (int at = 0; at < ids.length; at++) {
      Double found = null;
      for (int side = SIDE; side >= 0 && found == null; side--) {
        found = means.get(context(ids, at, side));
      }
      frames[at] = found == null ? overall() : found;
    }
    return frames;
  }

  private double overall() {
    return means.entrySet().stream()
        .filter(e -> e.getKey().length() == 1)
        .mapToDouble(Map.Entry::getValue)
        .average()
        .orElse(1);
  }

  /** Contexts in order. */
  List<String> sorted() {
    return means.keySet().stream().sorted().toList();
  }

  /** Contexts in order, as arrays of symbols, for a file. */
  int[][] contexts() {
    return sorted().stream().map(key -> key.chars().toArray()).toArray(int[][]::new);
  }

  /** Frames of {@link #contexts}. */
  float[] values() {
    float[] values = new float[means.size()];
    List<String> keys = sorted();
    for (int i = 0; i < values.length; i++) {
      values[i] = means.get(keys.get(i)).floatValue();
    }
    return values;
  }

  /** What {@link #contexts} and {@link #values} were. */
  static MeanDurations of(int[][] contexts, float[] values) {
    Map<String, Double> means = new LinkedHashMap<>();
    for (int i = 0; i < contexts.length; i++) {
      StringBuilder key = new StringBuilder();
      Arrays.stream(contexts[i]).forEach(c -> key.append((char) c));
      means.put(key.toString(), (double) values[i]);
    }
    return new MeanDurations(means);
  }
}
