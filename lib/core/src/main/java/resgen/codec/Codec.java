package resgen.codec;

import java.util.List;
import java.util.Map;
import resgen.nn.Summary;
import resgen.quantize.Codebooks;
import resgen.settings.Range;
import resgen.token.Codes;
import resgen.token.Condition;
import resgen.token.Layout;
import resgen.token.TokenSpec;

/**
 * Turns media into residual tokens and tokens into media.
 *
 * @param <X> the media
 */
public interface Codec<X extends Media<X>> extends AutoCloseable {

  /**
   * The tokens of media.
   *
   * @throws IllegalArgumentException if they are not of the codec's shape
   * @throws java.util.concurrent.CancellationException if interrupted; the interrupt stays set
   */
  Tokens encode(X media);

  /**
   * The media of codes.
   *
   * @param codes of D depths, or of fewer for the reconstruction from the coarse ones alone
   * @param conditions one for each
   */
  X decode(Codes codes, Condition conditions);

  /**
   * The media of codes whose samples have lengths of their own; by default all must be of L
   * positions.
   *
   * @param lengths positions of each that hold tokens; what follows is not read
   * @throws IllegalArgumentException naming a length that the codec cannot decode
   */
  default X decode(Codes codes, int[] lengths, Condition conditions) {
    for (int length : lengths) {
      Range.require(length == codes.positions(), "length", length, "" + codes.positions());
    }
    return decode(codes, conditions);
  }

  /**
   * What a sample looks like when only some of its tokens are there: the decoder's reading of the
   * visible embeddings' sums.
   *
   * @param codes of D depths
   * @param sample which of them
   * @param visible how many depths are visible at each position, a row for each result, {@code
   *     [n][L]}
   */
  X decodePartly(Codes codes, int sample, int[][] visible);

  /** How many are decoded together; an interrupt is noticed so often. */
  int decodedAtOnce();

  /** The frozen codebooks; the codec owns their arrays. */
  Codebooks codebooks();

  /** How the positions lie. */
  Layout layout();

  /** The shape of the tokens. */
  default TokenSpec spec() {
    Codebooks c = codebooks();
    return new TokenSpec(layout(), c.depth(), c.codes(), c.dimension());
  }

  /** Names of the classes of what it was trained on; empty without classes. */
  List<String> classNames();

  /** SHA-256 over everything that its codes and media depend on, in hex. */
  String fingerprint();

  /** How many numbers each part has. */
  Map<String, Long> parametersByPart();

  /** Its parts with their shapes. */
  Summary summary();

  @Override
  void close();
}
