package resgen.audio.align;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import resgen.torch.WeightFormat;

/**
 * How much longer than usual symbols last when a speaker says them, by context: what a pace, one
 * number for a speaker, leaves. A voice is slow in other places than another one. What is expected
 * of a symbol is its usual duration between all its neighbours, however narrow the context of the
 * ratio is; and one more occurrence as usual is added, so that few say little.
 *
 * @param contexts in the order of {@link MeanDurations#contexts}, each with its place
 * @param ratios to the usual duration in the speaker's pace, {@code [speakers][contexts]}; 0 where
 *     the speaker has not said the context often enough to tell
 */
record SpeakerDurations(Map<String, Integer> contexts, float[][] ratios) {

  /** Of the ratios in a file. */
  static final String NAME = "own";

  private static final int LEAST = 3; // occurrences of a context

  /**
   * Learns from alignments.
   *
   * @param who says each text
   * @param usual durations
   * @param paces of the speakers
   */
  static SpeakerDurations fit(
      List<int[]> texts, List<int[]> frames, int[] who, MeanDurations usual, float[] paces) {
    Map<String, Integer> places = places(usual);
    int n = places.size();
    double[][] sums = new double[paces.length][n];
    double[][] expected = new double[paces.length][n];
    int[][] counts = new int[paces.length][n];
    for (int i = 0; i < texts.size(); i++) {
      int[] ids = texts.get(i);
      double[] often = usual.of(ids);
      for (int at = 0; at < ids.length && who[i] < paces.length; at++) {
        for (int side = 0; side <= MeanDurations.SIDE; side++) {
          Integer place = places.get(MeanDurations.context(ids, at, side));
          if (place != null) {
            sums[who[i]][place] += frames.get(i)[at];
            expected[who[i]][place] += often[at] * paces[who[i]];
            counts[who[i]][place]++;
          }
        }
      }
    }
    float[] ratios = new float[paces.length * n];
    for (int s = 0; s < paces.length; s++) {
      for (int c = 0; c < n; c++) {
        double usually = expected[s][c] / counts[s][c]; // counts as one more occurrence
        boolean known = counts[s][c] >= LEAST && usually > 0;
        ratios[s * n + c] =
            known ? (float) ((sums[s][c] + usually) / (expected[s][c] + usually)) : 0;
      }
    }
    return of(usual, WeightFormat.INT8.rounded(NAME, ratios, paces.length, n), paces.length);
  }

  private static Map<String, Integer> places(MeanDurations usual) {
    Map<String, Integer> places = new HashMap<>();
    for (String context : usual.sorted()) {
      places.put(context, places.size());
    }
    return places;
  }

  /** What {@link #values} was. */
  static SpeakerDurations of(MeanDurations usual, float[] values, int speakers) {
    Map<String, Integer> places = places(usual);
    int n = places.size();
    float[][] ratios = new float[speakers][];
    Arrays.setAll(ratios, s -> Arrays.copyOfRange(values, s * n, (s + 1) * n));
    return new SpeakerDurations(places, ratios);
  }

  /** The ratios, speaker after speaker. */
  float[] values() {
    float[] all = new float[ratios.length * contexts.size()];
    for (int s = 0; s < ratios.length; s++) {
      System.arraycopy(ratios[s], 0, all, s * contexts.size(), contexts.size());
    }
    return all;
  }

  /** The ratio of a symbol in the widest context that tells; 1 if none does. */
  double ratio(int[] ids, int at, int speaker) {
    for (int side = MeanDurations.SIDE; side >= 0; side--) {
      Integer place = contexts.get(MeanDurations.context(ids, at, side));
      if (place != null && ratios[speaker][place] > 0) {
        return ratios[speaker][place];
      }
    }
    return 1;
  }
}
