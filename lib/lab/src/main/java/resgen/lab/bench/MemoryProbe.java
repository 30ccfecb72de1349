package resgen.lab.bench;

import resgen.torch.Torch;

/**
 * A process of its own that does one kind of work at one batch size and prints its largest resident
 * size: memory that an earlier batch has left behind would spoil the next.
 */
final class MemoryProbe {

  private static final int RUNS = 3;

  private MemoryProbe() {}

  /** Takes preset, precision, threads, {@code training} or {@code sampling}, and the batch. */
  public static void main(String[] arguments) {
    BenchPreset preset = BenchPreset.of(arguments[0], arguments[1]);
    Torch.threads(Integer.parseInt(arguments[2]));
    int batch = Integer.parseInt(arguments[4]);
    GeneratorTasks generator = new GeneratorTasks(preset);
    Task task =
        arguments[3].equals("training") ? generator.trainingStep(batch) : generator.sample(batch);
    try (Task.Work work = task.opener().get()) {
      System.gc();
      Resident.resetPeak();
      for (int i = 0; i < RUNS; i++) {
        work.run();
      }
      System.out.println("peak " + Resident.peak());
    }
  }
}
