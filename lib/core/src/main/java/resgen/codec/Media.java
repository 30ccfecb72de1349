package resgen.codec;

import java.awt.image.BufferedImage;
import java.util.List;
import resgen.token.Condition;

/**
 * A set of what a codec turns into tokens and back: images, sounds. Immutable.
 *
 * @param <X> the set's own type
 */
public interface Media<X extends Media<X>> {

  /** How many there are. */
  int size();

  /** What the set is called in tables, for example "fashion-mnist/test". */
  String name();

  /** What the set holds, whatever its name: a hash, in hex. */
  String fingerprint();

  /**
   * The shape of one of them, in words, as {@code 1×28×28}; sets of different shapes cannot be
   * compared. Empty if each has a shape of its own.
   */
  default String shape() {
    return "";
  }

  /** The condition of each, as its class. */
  Condition conditions();

  /** Those at these indices, in this order; an index may come twice. */
  X subset(int... indices);

  /** Those from {@code from} up to and without {@code to}. */
  default X range(int from, int to) {
    return subset(java.util.stream.IntStream.range(from, to).toArray());
  }

  /** These and then those of other sets, under this set's name. */
  X and(List<X> others);

  /** A picture of some of them, as a notebook shows it. */
  BufferedImage preview();
}
