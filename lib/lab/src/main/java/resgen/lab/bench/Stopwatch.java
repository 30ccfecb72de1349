package resgen.lab.bench;

import java.lang.management.ManagementFactory;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import resgen.torch.Phases;
import resgen.torch.Torch;

/**
 * Wall seconds and processor seconds of a piece of work. With one thread the processor's seconds
 * are those of the calling thread, so that the compiler and the garbage collector beside it do not
 * count; with several they are the whole process's.
 */
public final class Stopwatch {

  /**
   * What a piece of work took.
   *
   * @param wall seconds on the wall clock
   * @param cpu seconds of processors
   * @param phases seconds by phase, what is in no phase as {@code other}; empty if not asked for
   */
  public record Elapsed(double wall, double cpu, Map<String, Double> phases) {

    /** Without phases. */
    public Elapsed(double wall, double cpu) {
      this(wall, cpu, Map.of());
    }

    /** Each of n equal parts, without phases. */
    public Elapsed over(int n) {
      return new Elapsed(wall / n, cpu / n);
    }
  }

  private final LongSupplier cpuNanos;
  private final String counts;

  private Stopwatch(LongSupplier cpuNanos, String counts) {
    this.cpuNanos = cpuNanos;
    this.counts = counts;
  }

  /** For the number of threads that libtorch uses now. */
  public static Stopwatch standard() {
    if (Torch.threads() == 1 && !Torch.device().isGpu()) {
      var threads = ManagementFactory.getThreadMXBean();
      return new Stopwatch(threads::getCurrentThreadCpuTime, "thread");
    }
    var system =
        (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    return new Stopwatch(system::getProcessCpuTime, "process");
  }

  /** Whose processor seconds are counted: {@code thread} or {@code process}. */
  public String counts() {
    return counts;
  }

  /**
   * The clock of the phases: {@code thread}, the calling thread's processor time, if one thread
   * does all the work, which does not see what else the machine does; else {@code wall}.
   */
  public String phaseClock() {
    return counts.equals("thread") ? "thread" : "wall";
  }

  /** Does the work; a device is waited for before and after. */
  public Elapsed time(Runnable work) {
    Torch.synchronize();
    long cpu = cpuNanos.getAsLong();
    long wall = System.nanoTime();
    work.run();
    Torch.synchronize();
    long wallAfter = System.nanoTime();
    return new Elapsed((wallAfter - wall) / 1e9, (cpuNanos.getAsLong() - cpu) / 1e9);
  }

  /** Does the work and tells its phases apart, at each of which a device is waited for. */
  public Elapsed timePhases(Runnable work) {
    boolean thread = phaseClock().equals("thread");
    LongSupplier clock = thread ? cpuNanos : System::nanoTime;
    Map<String, Double> phases = new LinkedHashMap<>();
    Elapsed whole = time(() -> phases.putAll(Phases.during(work, clock)));
    double named = phases.values().stream().mapToDouble(Double::doubleValue).sum();
    phases.put("other", Math.max(0, (thread ? whole.cpu() : whole.wall()) - named));
    return new Elapsed(whole.wall(), whole.cpu(), phases);
  }
}
