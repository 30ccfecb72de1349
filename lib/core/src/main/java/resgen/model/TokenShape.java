package resgen.model;

import resgen.quantize.Codebooks;
import resgen.settings.Range;
import resgen.token.Layout;
import resgen.token.TokenSpec;

/**
 * The shape of what a generator makes.
 *
 * @param grid positions across: L = grid²
 * @param depth D
 * @param codes V
 * @param dimension H
 * @param classes how many classes there are; a further, learned one stands for no class
 */
public record TokenShape(int grid, int depth, int codes, int dimension, int classes) {

  public TokenShape {
    Range.check("grid", grid, 1, 4096);
    Range.check("depth", depth, 1, 1024);
    Range.check("codes", codes, 2, 1 << 20);
    Range.check("dimension", dimension, 1, 65_536);
    Range.check("classes", classes, 1, 1 << 20);
  }

  /** The shape of tokens on a square grid, with so many classes. */
  public static TokenShape of(TokenSpec tokens, int classes) {
    if (!(tokens.layout() instanceof Layout.Grid grid) || grid.height() != grid.width()) {
      throw new IllegalArgumentException(tokens.layout() + " are not a square grid");
    }
    return new TokenShape(
        grid.height(), tokens.depth(), tokens.codes(), tokens.dimension(), classes);
  }

  /** L. */
  public int positions() {
    return grid * grid;
  }

  /** L·D. */
  public int tokens() {
    return positions() * depth;
  }

  /** The label that stands for no class. */
  public int nullClass() {
    return classes;
  }

  /**
   * Checks that codebooks have this depth, these codes and this dimension.
   *
   * @param c codebooks, or null for none to check
   */
  void checkCodebooks(Codebooks c) {
    if (c != null && (c.depth() != depth || c.codes() != codes || c.dimension() != dimension)) {
      throw new IllegalArgumentException(
          "codebooks of %d depths × %d codes × %d dimensions do not fit settings of %d × %d × %d"
              .formatted(c.depth(), c.codes(), c.dimension(), depth, codes, dimension));
    }
  }

  /** Checks a share of samples whose class training drops. */
  static void checkClassDrop(double share) {
    if (!(share >= 0 && share < 1)) {
      throw new IllegalArgumentException("classDrop " + share + " is not in [0, 1)");
    }
  }

  /**
   * Checks that all labels are classes or the null class.
   *
   * @throws IllegalArgumentException naming the first that is not
   */
  public void checkLabels(int... labels) {
    for (int label : labels) {
      if (label < 0 || label > classes) {
        throw new IllegalArgumentException(
            "class %d is not in 0 … %d (%d: no class)".formatted(label, classes, classes));
      }
    }
  }
}
