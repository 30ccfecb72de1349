package resgen.codec;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import resgen.quantize.Codebooks;
import resgen.token.Codes;
import resgen.token.Condition;
import resgen.token.Layout;
import resgen.token.TokenSpec;

/**
 * Media as tokens: what the generators learn from.
 *
 * @param codes of all samples, {@code [N, L, D]}
 * @param lengths positions of each sample that hold tokens, {@code [N]}; the rest is padding
 * @param condition of each sample
 * @param layout of the positions
 * @param codebooks the frozen codebooks that the codes index
 * @param codec what made them and can decode them; empty for made-up tokens
 * @param fingerprint of the media that they were made of
 */
public record Tokens(
    Codes codes,
    int[] lengths,
    Condition condition,
    Layout layout,
    Codebooks codebooks,
    Optional<Codec<?>> codec,
    String fingerprint) {

  public Tokens {
    if (condition.size() != codes.size() || lengths.length != codes.size()) {
      throw new IllegalArgumentException(
          "%d conditions and %d lengths do not fit %d samples"
              .formatted(condition.size(), lengths.length, codes.size()));
    }
    if (codes.depth() != codebooks.depth() || codes.positions() != layout.positions()) {
      throw new IllegalArgumentException(
          "codes of %d positions × %d depths do not fit %s and codebooks of depth %d"
              .formatted(codes.positions(), codes.depth(), layout, codebooks.depth()));
    }
    codes.requireBelow(codebooks.codes());
    for (int i = 0; i < lengths.length; i++) {
      if (lengths[i] < 1 || lengths[i] > codes.positions()) {
        throw new IllegalArgumentException(
            "length %d of sample %d is not in 1 … %d".formatted(lengths[i], i, codes.positions()));
      }
    }
  }

  /** Tokens at all positions of every sample. */
  public static Tokens of(
      Codes codes,
      Condition condition,
      Layout layout,
      Codebooks codebooks,
      Optional<Codec<?>> codec,
      String fingerprint) {
    int[] lengths = new int[codes.size()];
    Arrays.fill(lengths, codes.positions());
    return new Tokens(codes, lengths, condition, layout, codebooks, codec, fingerprint);
  }

  /** How many samples. */
  public int size() {
    return codes.size();
  }

  /** The shape of each sample's tokens. */
  public TokenSpec spec() {
    return new TokenSpec(layout, codes.depth(), codebooks.codes(), codebooks.dimension());
  }

  /** Names of the classes; empty of tokens without classes. */
  public List<String> classNames() {
    return condition.classNames();
  }

  /** The classes of the chosen samples. */
  public int[] labels(int... samples) {
    return ((Condition.Classes) condition.select(samples)).ids();
  }

  /** Whether some samples have fewer positions than others. */
  public boolean ragged() {
    return IntStream.of(lengths).anyMatch(length -> length < codes.positions());
  }

  /** The tokens of samples {@code from … to − 1}. */
  public Tokens range(int from, int to) {
    return new Tokens(
        codes.range(from, to),
        Arrays.copyOfRange(lengths, from, to),
        condition.range(from, to),
        layout,
        codebooks,
        codec,
        fingerprint + "[" + from + ":" + to + "]");
  }

  @Override
  public String toString() {
    return "%,d samples of %s".formatted(size(), spec());
  }
}
