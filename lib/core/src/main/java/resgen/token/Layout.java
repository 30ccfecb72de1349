package resgen.token;

/** How the positions of a sample lie: what rotary positions and pictures go by. */
public sealed interface Layout {

  /** L, how many positions there are. */
  int positions();

  /**
   * Positions in a row, as of sound.
   *
   * @param length L
   */
  record Line(int length) implements Layout {
    public Line {
      require("length", length);
    }

    @Override
    public int positions() {
      return length;
    }

    @Override
    public String toString() {
      return length + " positions";
    }
  }

  /**
   * Positions in rows and columns, in row order, as of images.
   *
   * @param height rows
   * @param width columns
   */
  record Grid(int height, int width) implements Layout {
    public Grid {
      require("height", height);
      require("width", width);
    }

    @Override
    public int positions() {
      return height * width;
    }

    @Override
    public String toString() {
      return height + "×" + width + " positions";
    }
  }

  private static void require(String name, int value) {
    if (value < 1 || value > 1 << 15) {
      throw new IllegalArgumentException(
          "layout " + name + " " + value + " must be within 1 … 32768");
    }
  }
}
