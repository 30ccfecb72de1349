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

  private static volatile boolean deaf;

  /** Works until {@link #hear}, whatever interrupts it, as native code does. */
  public static void deaf() {
    deaf = true;
    System.out.println("go");
    while (deaf) {
      Thread.onSpinWait();
    }
  }

  /** Whether somebody is in {@link #deaf}. */
  public static boolean isDeaf() {
    return deaf;
  }

  /** Ends {@link #deaf}. */
  public static void hear() {
    deaf = false;
  }
}
