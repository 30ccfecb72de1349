package resgen.audio.evaluate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import resgen.audio.Speech;
import resgen.audio.codec.SpeechCodec;

/**
 * How a codec uses its codes.
 *
 * @param used codes that occur, of each depth
 * @param bits entropy of each depth's codes
 * @param positionRate positions a second
 */
record CodeUse(List<Integer> used, List<Double> bits, double positionRate) {

  CodeUse {
    used = List.copyOf(used);
    bits = List.copyOf(bits);
  }

  /** Of a codec in some speech. */
  static CodeUse of(SpeechCodec codec, Speech speech) {
    int depth = codec.codebooks().depth();
    long[][] counts = new long[depth][codec.codebooks().codes()];
    for (int i = 0; i < speech.size(); i++) {
      int[] codes = codec.codes(speech.get(i));
      for (int k = 0; k < codes.length; k++) {
        counts[k % depth][codes[k]]++;
      }
    }
    return of(counts, codec.positionRate());
  }

  /** Of counts of each code, {@code [D][V]}. */
  static CodeUse of(long[][] counts, double positionRate) {
    List<Integer> used = new ArrayList<>();
    List<Double> bits = new ArrayList<>();
    for (long[] depth : counts) {
      double total = Arrays.stream(depth).sum();
      int occur = 0;
      double entropy = 0;
      for (long count : depth) {
        if (count > 0) {
          occur++;
          entropy -= count / total * Math.log(count / total) / Math.log(2);
        }
      }
      used.add(occur);
      bits.add(entropy);
    }
    return new CodeUse(used, bits, positionRate);
  }

  /** Of the first depths: fewest codes that one uses, and bits a second that all carry. */
  List<Value> values(int depth) {
    int least = used.subList(0, depth).stream().mapToInt(Integer::intValue).min().orElseThrow();
    double each = bits.subList(0, depth).stream().mapToDouble(Double::doubleValue).sum();
    return List.of(
        new Value("codes_used_least", least, Double.NaN),
        new Value("bits_per_second_by_entropy", positionRate * each, Double.NaN));
  }
}
