package resgen.lab.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import resgen.settings.SourceCommit;
import resgen.torch.Precision;
import resgen.torch.Torch;

/**
 * Where a number was measured; part of every row.
 *
 * @param processor its model, as the system names it; of a GPU its name and its driver's version
 * @param cores that this process may use
 * @param threads of one tensor operation
 * @param device {@code cpu} or {@code gpu}
 * @param precision of matrix products in the generator: {@code fp32} or {@code bf16}
 * @param libtorch its version
 * @param commit of the project
 */
public record Machine(
    String processor,
    int cores,
    int threads,
    String device,
    String precision,
    String libtorch,
    String commit) {

  /**
   * This one, now.
   *
   * @param precision as set; {@code auto} is told as what it stands for
   */
  public static Machine here(String precision) {
    return new Machine(
        Torch.device().isGpu()
            ? Gpu.here().name() + ", driver " + Gpu.here().driver()
            : processorName(),
        Runtime.getRuntime().availableProcessors(),
        Torch.threads(),
        Torch.device().isGpu() ? "gpu" : "cpu",
        Precision.of(precision).label(),
        Torch.version(),
        SourceCommit.current());
  }

  /** The processor's model, as the system names it. */
  public static String processorName() {
    return processor(Path.of("/proc/cpuinfo"));
  }

  /** The model that a file in the form of {@code /proc/cpuinfo} names. */
  static String processor(Path cpuinfo) {
    try {
      String family = "";
      for (String line : Files.readAllLines(cpuinfo)) {
        String value = line.substring(line.indexOf(':') + 1).strip();
        if (line.startsWith("model name")) {
          return family.isEmpty() ? value : value + " family " + family;
        } else if (line.startsWith("cpu family")) {
          family = value;
        } else if (line.startsWith("model\t")) {
          family += " model " + value;
        }
      }
    } catch (IOException e) {
      // Not Linux: the architecture has to do.
    }
    return System.getProperty("os.arch");
  }

  /** As columns of a row. */
  public Map<String, Object> columns() {
    Map<String, Object> columns = new LinkedHashMap<>();
    columns.put("precision", precision);
    columns.put("threads", threads);
    columns.put("device", device);
    columns.put("processor", processor);
    columns.put("cores", cores);
    columns.put("libtorch", libtorch);
    columns.put("commit", commit);
    return columns;
  }

  @Override
  public String toString() {
    return "%s, %d cores, %d threads, %s, %s, libtorch %s, commit %s"
        .formatted(processor, cores, threads, device, precision, libtorch, commit);
  }
}
