package resgen.audio.align;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import resgen.audio.MelSettings;
import resgen.audio.Utterance;

/**
 * How far ends of words that an alignment found lie from the true ones.
 *
 * @param median of |difference| in ms
 * @param within50 share of ends within 50 ms
 * @param words counted
 */
public record AlignmentError(double median, double within50, int words) {

  /**
   * Of several utterances; the ends of their last words, which every alignment knows, are left out.
   *
   * @param alignments of the symbols of each text, as {@link TextBytes#ids}
   */
  public static AlignmentError of(
      List<Utterance> utterances,
      List<MonotonicAlignment.Result> alignments,
      WordEnds truth,
      MelSettings mel) {
    List<Double> errors = new ArrayList<>();
    for (int i = 0; i < utterances.size(); i++) {
      double[] ends = truth.of(utterances.get(i));
      int[] places = TextBytes.of(utterances.get(i).text()).wordEnds();
      int[] found = alignments.get(i).ends();
      for (int w = 0; w < ends.length - 1; w++) {
        errors.add(1000 * Math.abs(found[places[w]] / mel.frameRate() - ends[w]));
      }
    }
    double[] sorted = errors.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    if (sorted.length == 0) {
      throw new IllegalArgumentException("no words whose ends could be compared");
    }
    return new AlignmentError(
        sorted[sorted.length / 2],
        Arrays.stream(sorted).filter(e -> e <= 50).count() / (double) sorted.length,
        sorted.length);
  }

  @Override
  public String toString() {
    return "median %.0f ms, %.0f %% within 50 ms, of %d ends of words"
        .formatted(median, 100 * within50, words);
  }
}
