package resgen.token;

/**
 * The shape of residual tokens (paper, preliminaries).
 *
 * @param layout of the L positions
 * @param depth D, tokens of a position, coarse to fine
 * @param codes V, codes of each depth's codebook
 * @param dimension H, the dimension of a code's embedding
 */
public record TokenSpec(Layout layout, int depth, int codes, int dimension) {

  public TokenSpec {
    if (layout == null) {
      throw new IllegalArgumentException("layout is missing");
    }
    require("depth", depth, 1, 1024);
    require("codes", codes, 2, 1 << 16);
    require("dimension", dimension, 1, 1 << 16);
  }

  private static void require(String name, int value, int least, int most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          "%s %d must be within %d … %d".formatted(name, value, least, most));
    }
  }

  /** L. */
  public int positions() {
    return layout.positions();
  }

  /** L·D, the tokens of a sample. */
  public int tokens() {
    return positions() * depth;
  }

  @Override
  public String toString() {
    return layout + " × depth " + depth + ", " + codes + " codes of dimension " + dimension;
  }
}
