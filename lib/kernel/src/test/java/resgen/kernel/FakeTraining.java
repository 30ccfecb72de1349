package resgen.kernel;

/** Library code as cells call it: not woven, so it looks at the interrupted flag itself. */
public final class FakeTraining {
  private FakeTraining() {}

  /** Runs until interrupted, then takes the interrupt and returns what it has. */
  public static int run() {
    System.out.println("go");
    int steps = 0;
    while (!Thread.interrupted()) {
      steps++;
    }
    return steps;
  }

  /** Takes a second whatever happens. */
  public static void ignoring() {
    System.out.println("go");
    long end = System.nanoTime() + 700_000_000L;
    while (System.nanoTime() < end) {
      Thread.onSpinWait();
    }
  }
}
