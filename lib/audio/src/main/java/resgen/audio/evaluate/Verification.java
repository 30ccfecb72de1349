package resgen.audio.evaluate;

import java.util.Arrays;
import java.util.List;
import resgen.audio.Speech;
import resgen.audio.measure.SpeakerSimilarity;

/**
 * How well a similarity tells speakers apart: cosines of all pairs of utterances of a set.
 *
 * @param same mean cosine of pairs by one speaker
 * @param different mean cosine of pairs by two speakers
 * @param equalError rate at which as many pairs by one speaker fall below a threshold as pairs by
 *     two lie above it
 */
public record Verification(double same, double different, double equalError) {

  /** Measures on a set; some speakers must have two utterances. */
  public static Verification of(SpeakerSimilarity similarity, Speech speech) {
    int n = speech.size();
    double[][] places = new double[n][];
    for (int i = 0; i < n; i++) {
      places[i] = similarity.embedding(speech.get(i).clip());
    }
    double[] same = new double[n * n];
    double[] different = new double[n * n];
    int sames = 0;
    int differents = 0;
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < i; j++) {
        double cosine = SpeakerSimilarity.cosine(places[i], places[j]);
        if (speech.get(i).speaker().equals(speech.get(j).speaker())) {
          same[sames++] = cosine;
        } else {
          different[differents++] = cosine;
        }
      }
    }
    return of(Arrays.copyOf(same, sames), Arrays.copyOf(different, differents));
  }

  /** Of the cosines of pairs. */
  static Verification of(double[] same, double[] different) {
    if (same.length == 0 || different.length == 0) {
      throw new IllegalArgumentException(
          "%d pairs by one speaker and %d by two cannot be compared"
              .formatted(same.length, different.length));
    }
    double[] low = same.clone();
    double[] high = different.clone();
    Arrays.sort(low);
    Arrays.sort(high);
    double missedBefore = 0;
    double acceptedBefore = 1;
    double rate = 1;
    for (int i = 0; i <= low.length; i++) { // the threshold rises along one speaker's cosines
      double threshold = i < low.length ? low[i] : Math.nextUp(low[i - 1]);
      int at = Arrays.binarySearch(high, threshold);
      double missed = i / (double) low.length;
      double accepted = (high.length - (at < 0 ? -at - 1 : at)) / (double) high.length;
      if (missed >= accepted) { // the rates cross between the last threshold and this one
        double before = acceptedBefore - missedBefore;
        double part = before / (before + missed - accepted);
        rate = missedBefore + part * (missed - missedBefore);
        break;
      }
      missedBefore = missed;
      acceptedBefore = accepted;
    }
    return new Verification(
        Arrays.stream(same).average().orElseThrow(),
        Arrays.stream(different).average().orElseThrow(),
        rate);
  }

  /** As numbers of results. */
  List<Value> values() {
    return List.of(
        new Value("sim_same", same, Double.NaN),
        new Value("sim_different", different, Double.NaN),
        new Value("equal_error_rate", equalError, Double.NaN));
  }
}
