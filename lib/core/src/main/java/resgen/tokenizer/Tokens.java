package resgen.tokenizer;

import java.util.List;
import java.util.Optional;
import resgen.rvq.Codebooks;
import resgen.rvq.Codes;

/**
 * Images as tokens: what the generators learn from.
 *
 * @param codes of all images
 * @param labels class of each image
 * @param classNames names by class; their number is the number of classes
 * @param codebooks the frozen codebooks that the codes index
 * @param grid positions across: L = grid²
 * @param tokenizer what made them and can decode them; empty for made-up tokens
 * @param data fingerprint of the images
 */
public record Tokens(
    Codes codes,
    int[] labels,
    List<String> classNames,
    Codebooks codebooks,
    int grid,
    Optional<Tokenizer> tokenizer,
    String data) {

  public Tokens {
    if (labels.length != codes.size()) {
      throw new IllegalArgumentException(
          labels.length + " labels do not fit " + codes.size() + " images");
    }
    if (codes.depth() != codebooks.depth() || codes.positions() != grid * grid) {
      throw new IllegalArgumentException(
          "codes of %d positions × %d depths do not fit a grid of %d and codebooks of depth %d"
              .formatted(codes.positions(), codes.depth(), grid, codebooks.depth()));
    }
  }

  /** How many images. */
  public int size() {
    return codes.size();
  }

  /** How many classes. */
  public int classes() {
    return classNames.size();
  }

  /** Labels of the chosen images. */
  public int[] labels(int... images) {
    int[] out = new int[images.length];
    for (int i = 0; i < images.length; i++) {
      out[i] = labels[images[i]];
    }
    return out;
  }

  /** The tokens of images {@code from … to − 1}. */
  public Tokens range(int from, int to) {
    int[] chosen = java.util.stream.IntStream.range(from, to).toArray();
    return new Tokens(
        Codes.of(codes.rows(chosen), codes.positions(), codes.depth()),
        labels(chosen),
        classNames,
        codebooks,
        grid,
        tokenizer,
        data + "[" + from + ":" + to + "]");
  }
}
