package resgen.torch;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Pieces of a backward pass that can only be done once the gradient at a cut is known: {@link
 * Torch#backward} runs them, the last added first. Pieces belong to the thread that added them.
 */
public final class Deferred {

  private static final ThreadLocal<Deque<Piece>> PENDING = ThreadLocal.withInitial(ArrayDeque::new);

  /** A piece; closed after it ran, or unrun when its loss is given up. */
  public interface Piece extends AutoCloseable {

    /** Reads the gradient at its cut and carries it on. */
    void run();

    @Override
    void close();
  }

  private Deferred() {}

  /** Adds a piece for the next backward pass of this thread. */
  public static void add(Piece piece) {
    PENDING.get().push(piece);
  }

  /** Closes the pieces of a loss whose backward pass will not come. */
  public static void discard() {
    Deque<Piece> pending = PENDING.get();
    while (!pending.isEmpty()) {
      pending.pop().close();
    }
  }

  static void run() {
    Deque<Piece> pending = PENDING.get();
    while (!pending.isEmpty()) {
      try (Piece piece = pending.pop()) {
        piece.run();
      }
    }
  }
}
