package resgen.mask;

import ai.djl.ndarray.NDArray;
import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import resgen.noise.Keys;
import resgen.token.TokenSpec;
import resgen.torch.Kernel;

/**
 * Which tokens are masked in training, and which are revealed first in sampling. In JSON a law is
 * its word.
 *
 * <p>A law of one's own implements this interface and is made known by {@link #register}.
 */
public interface MaskLaw {

  /**
   * Draws the masks of a batch (paper, section 3.1).
   *
   * @param spec the tokens' shape
   * @param schedule γ, evaluated at r ~ U[0, 1)
   * @param keys a stream for each sample
   * @param lengths positions of each sample that hold tokens, {@code [B]} int64
   */
  Mask draw(TokenSpec spec, Schedule schedule, Keys keys, NDArray lengths);

  /**
   * What is visible after a sampling step (paper, Algorithm 2): by default what is visible now, and
   * the tokens with the largest scores; of a law of prefixes, at each position as many, from coarse
   * to fine.
   *
   * @param visible what is visible now, of the k depths of the step's stage: bool {@code [B, L, k]}
   * @param scores the tokens with the largest ones come first; negative infinity at visible ones;
   *     {@code [B, L, k]} float64
   * @param maskedAfter how many of these tokens stay masked, {@code [B]} or {@code [1]} int64
   * @return bool {@code [B, L, k]}
   */
  default NDArray reveal(NDArray visible, NDArray scores, NDArray maskedAfter) {
    String way = prefixes() ? "reveal_prefix" : "reveal_uniform";
    return Kernel.of("reveal").call(way, visible, scores, maskedAfter).head();
  }

  /**
   * In how many stages sampling goes through the depths, coarse to fine: 1 for all at once, D for
   * one after another.
   */
  default int stages(int depth) {
    return 1;
  }

  /** How many depths are there when sampling begins, made by something else: its first stages. */
  default int given() {
    return 0;
  }

  /**
   * Whether what sampling has revealed of a position is always a prefix of its depths, so that a
   * number tells it; recorded samples need that.
   */
  default boolean prefixes() {
    return false;
  }

  /** Its word, as {@code prefix}. */
  @JsonValue
  String text();

  /** The deepest tokens of each position: the paper's masks. */
  static MaskLaw prefix() {
    return Prefix.LAW;
  }

  /** Any tokens, every set of so many equally likely. */
  static MaskLaw uniform() {
    return Uniform.LAW;
  }

  /** Positions of one depth; coarser depths are visible, deeper ones masked. */
  static MaskLaw depthwise() {
    return Depthwise.LAW;
  }

  /**
   * All positions of one depth, from the second on; coarser depths are visible, deeper ones masked.
   * The first depth is made by something else, so no model is of this law alone, and {@link #parse}
   * does not know it.
   */
  static MaskLaw levels() {
    return Levels.LAW;
  }

  /**
   * Makes a law known to {@link #parse}.
   *
   * @throws IllegalArgumentException if another has its word
   */
  static void register(MaskLaw law) {
    MaskLaw before = Laws.KNOWN.putIfAbsent(law.text(), law);
    if (before != null && !before.equals(law)) {
      throw new IllegalArgumentException("mask law '" + law.text() + "' is there already");
    }
  }

  /**
   * The law of a word.
   *
   * @throws IllegalArgumentException naming those there are
   */
  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  static MaskLaw parse(String text) {
    MaskLaw law = Laws.KNOWN.get(text.trim().toLowerCase(Locale.ROOT));
    if (law == null) {
      throw new IllegalArgumentException(
          "mask law '%s'; allowed: %s".formatted(text, String.join(", ", Laws.KNOWN.keySet())));
    }
    return law;
  }

  /** The laws that are known by their words. */
  final class Laws {
    private static final Map<String, MaskLaw> KNOWN =
        java.util.Collections.synchronizedMap(
            new TreeMap<>(
                Map.of("prefix", Prefix.LAW, "uniform", Uniform.LAW, "depthwise", Depthwise.LAW)));

    private Laws() {}
  }
}
