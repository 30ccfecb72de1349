package resgen.torch;

/** What captures the steps of {@link Graphs}. */
interface GraphCapture {

  /** Captured work. */
  interface Graph extends AutoCloseable {

    /** Runs the captured work with what its arrays hold now. */
    void replay();

    @Override
    void close();
  }

  /** Runs work eagerly where it would be captured, so that nothing in it happens the first time. */
  void warmUp(Runnable work);

  /**
   * Captures work, which is not executed by that.
   *
   * @throws RuntimeException what the work throws; nothing is captured then
   */
  Graph capture(Runnable work);
}
