package resgen.sample;

import java.util.Arrays;
import java.util.stream.IntStream;
import resgen.settings.Range;
import resgen.token.Codes;
import resgen.token.TokenSpec;

/**
 * What of samples is there before they are drawn: how long each is, the tokens that it begins with,
 * and coarse depths of all its positions. Given tokens are never revised.
 *
 * @param lengths positions of each sample that hold tokens, {@code [N]}; the rest is padding
 * @param codes of all samples, {@code [N, L, D]}, of which those that are given are read
 * @param prompts how many positions of each sample are given, at all depths; at least one is drawn
 * @param depths how many depths of the other positions are given, less than D; usually 0
 */
public record Given(int[] lengths, Codes codes, int[] prompts, int depths) {

  public Given {
    int n = codes.size();
    if (lengths.length != n || prompts.length != n) {
      throw new IllegalArgumentException(
          "%d lengths and %d prompts of %d samples".formatted(lengths.length, prompts.length, n));
    }
    for (int i = 0; i < n; i++) {
      if (lengths[i] < 1 || lengths[i] > codes.positions()) {
        throw new IllegalArgumentException(
            "length %d of sample %d is not in 1 … %d".formatted(lengths[i], i, codes.positions()));
      }
      if (prompts[i] < 0 || prompts[i] >= lengths[i]) {
        throw new IllegalArgumentException(
            "prompt of %d positions of sample %d is not in 0 … %d"
                .formatted(prompts[i], i, lengths[i] - 1));
      }
    }
    Range.check("given depths", depths, 0, codes.depth() - 1);
    lengths = lengths.clone();
    prompts = prompts.clone();
  }

  /** Lengths and the tokens that samples begin with. */
  public Given(int[] lengths, Codes codes, int[] prompts) {
    this(lengths, codes, prompts, 0);
  }

  /** The same lengths and prompts of the first depth alone. */
  Given first() {
    int n = codes.size();
    int d = codes.depth();
    int[] all = codes.rows(IntStream.range(0, n).toArray());
    int[] own = IntStream.range(0, all.length / d).map(i -> all[i * d]).toArray();
    return new Given(lengths, Codes.of(own, codes.positions(), 1), prompts);
  }

  /**
   * The same with the codes of the first depth given too.
   *
   * @param first of the same samples, {@code [N, L, 1]}
   */
  Given first(Codes first) {
    int d = codes.depth();
    int[] all = rows();
    int[] own = first.rows(IntStream.range(0, size()).toArray());
    for (int i = 0; i < own.length; i++) {
      all[i * d] = own[i];
    }
    return new Given(lengths, Codes.of(all, codes.positions(), d), prompts, 1);
  }

  /** Samples of these lengths, of which no token is given. */
  public static Given lengths(int[] lengths, TokenSpec tokens) {
    Codes none =
        Codes.of(new int[lengths.length * tokens.tokens()], tokens.positions(), tokens.depth());
    return new Given(lengths, none, new int[lengths.length]);
  }

  /** Samples of all positions, of which no token is given. */
  public static Given nothing(int size, TokenSpec tokens) {
    int[] lengths = new int[size];
    Arrays.fill(lengths, tokens.positions());
    return lengths(lengths, tokens);
  }

  /** How many samples. */
  public int size() {
    return codes.size();
  }

  /** Those of samples {@code from … to − 1}. */
  public Given range(int from, int to) {
    return new Given(
        Arrays.copyOfRange(lengths, from, to),
        codes.range(from, to),
        Arrays.copyOfRange(prompts, from, to),
        depths);
  }

  /** Whether all samples are of all positions, and no token is given. */
  public boolean isNothing() {
    return depths == 0
        && IntStream.range(0, size())
            .allMatch(i -> lengths[i] == codes.positions() && prompts[i] == 0);
  }

  /** Codes of all samples, {@code [N, L, D]}, with 0 behind the end of each. */
  int[] ended(int[] all) {
    int depth = codes.depth();
    for (int i = 0; i < size(); i++) {
      int end = (i + 1) * codes.positions() * depth;
      Arrays.fill(all, end - (codes.positions() - lengths[i]) * depth, end, 0);
    }
    return all;
  }

  /** Positions of the longest sample. */
  int longest() {
    return IntStream.of(lengths).max().orElse(0);
  }

  /** Positions of a sample that are drawn. */
  int open(int sample) {
    return lengths[sample] - prompts[sample];
  }

  /** The codes that are given, row by row, 0 elsewhere: {@code [N, L, D]}. */
  int[] rows() {
    int each = codes.positions() * codes.depth();
    int[] all = codes.rows(IntStream.range(0, size()).toArray());
    for (int i = 0; i < size(); i++) {
      int open = i * each + prompts[i] * codes.depth();
      for (int at = open; at < (i + 1) * each; at++) {
        all[at] = (at - open) % codes.depth() < depths ? all[at] : 0;
      }
    }
    return all;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Given given
        && depths == given.depths
        && Arrays.equals(lengths, given.lengths)
        && Arrays.equals(prompts, given.prompts)
        && Arrays.equals(rows(), given.rows());
  }

  @Override
  public int hashCode() {
    return 31 * (31 * Arrays.hashCode(lengths) + Arrays.hashCode(prompts)) + depths;
  }

  @Override
  public String toString() {
    return "given of %d samples: %s of %d positions, the first %s of %d depths%s"
        .formatted(
            size(),
            span(lengths),
            codes.positions(),
            span(prompts),
            codes.depth(),
            depths == 0 ? "" : ", " + depths + " depths of the others");
  }

  private static String span(int[] values) {
    int least = Arrays.stream(values).min().orElse(0);
    int most = Arrays.stream(values).max().orElse(0);
    return least == most ? "" + least : least + " … " + most;
  }
}
