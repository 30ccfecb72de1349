package resgen.audio.align;

/** Kinds of symbols, as numbers: each by itself (below zero), and between its neighbours. */
final class Kinds {

  private Kinds() {}

  /** A symbol by itself. */
  static int alone(int id) {
    return -1 - id;
  }

  /** A symbol of a text between its neighbours; 0 stands beyond the ends. */
  static int trigram(int[] ids, int at) {
    int before = at == 0 ? 0 : ids[at - 1];
    int after = at == ids.length - 1 ? 0 : ids[at + 1];
    return (before * TextBytes.SYMBOLS + ids[at]) * TextBytes.SYMBOLS + after;
  }

  /** The symbol in the middle of a {@link #trigram}. */
  static int symbol(int trigram) {
    return trigram / TextBytes.SYMBOLS % TextBytes.SYMBOLS;
  }
}
