package resgen.cli;

import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.ToDoubleFunction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import resgen.kernel.KernelSpec;
import resgen.kernel.Variables;
import resgen.kernel.wire.KernelLatency;
import resgen.lab.bench.Machine;
import resgen.lab.metric.Results;
import resgen.settings.SourceCommit;

/** {@code resgen kernel measure}. */
@Command(
    name = "measure",
    description = {
      "Start the kernel several times and measure what its user waits for.",
      "Shows the medians; the machine should have nothing else to do. The kernel starts as the"
          + " installed one does (resgen kernel install)."
    },
    mixinStandardHelpOptions = true)
final class KernelMeasure implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Option(
      names = "--starts",
      paramLabel = "N",
      defaultValue = "5",
      description = "How many kernels to start, one after the other (${DEFAULT-VALUE}).")
  private int starts;

  @Option(
      names = "--java-option",
      paramLabel = "OPTION",
      description = "A further option for the kernel's java. May be repeated.")
  private List<String> javaOptions = List.of();

  @Option(
      names = {"-o", "--out"},
      paramLabel = "FILE",
      description = "Add a row to this .csv file, which gets a header if it is new.")
  private Path out;

  KernelMeasure() {}

  @Override
  public Integer call() throws InterruptedException {
    if (starts < 1) {
      throw new ParameterException(spec.commandLine(), "--starts " + starts + " is not positive");
    }
    if (out != null && !out.toString().endsWith(".csv")) {
      throw new ParameterException(spec.commandLine(), "--out " + out + " does not end in .csv");
    }
    Outputs.writable(spec, out);
    KernelSpec.Options options =
        KernelCommand.options(javaOptions).withEnv(Map.of(Variables.HISTORY, "off"));
    Path folder = options.folder(KernelSpec.kernelsDirectory()).toAbsolutePath();
    List<String> command = KernelSpec.command(options, folder);
    Map<String, String> env = KernelSpec.environment(options, folder);
    double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    List<KernelLatency> all = new ArrayList<>();
    for (int i = 0; i < starts; i++) {
      all.add(KernelLatency.measure(command, env));
    }
    Map<String, Object> row = row(all, load);
    PrintWriter print = spec.commandLine().getOut();
    row.forEach((name, value) -> print.printf("%-22s %s%n", name, value));
    if (out != null) {
      Path whole = out.toAbsolutePath();
      String name = whole.getFileName().toString();
      new Results(whole.getParent()).append(name.substring(0, name.length() - 4), row);
      print.println(out + ": a row added");
    }
    return Main.OK;
  }

  private static Map<String, Object> row(List<KernelLatency> all, double load) {
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("starts", all.size());
    row.put("ready_ms", median(all, KernelLatency::readyMillis));
    row.put("ready_max_ms", all.stream().mapToDouble(KernelLatency::readyMillis).max().orElse(0));
    row.put("first_cell_ms", median(all, KernelLatency::firstCellMillis));
    row.put("later_cell_ms", median(all, KernelLatency::laterCellMillis));
    row.put("interrupt_ms", median(all, KernelLatency::interruptMillis));
    row.put("print_5000_lines_ms", median(all, KernelLatency::printMillis));
    row.put("resident_mb", median(all, KernelLatency::residentMegabytes));
    row.put("load_before", load);
    row.put("java", Runtime.version().toString());
    row.put("processor", Machine.processorName());
    row.put("cores", Runtime.getRuntime().availableProcessors());
    row.put("commit", SourceCommit.current());
    row.replaceAll(
        (name, value) -> value instanceof Double d ? (Object) (Math.round(d * 10) / 10.0) : value);
    return row;
  }

  private static double median(List<KernelLatency> all, ToDoubleFunction<KernelLatency> field) {
    double[] sorted = all.stream().mapToDouble(field).sorted().toArray();
    int n = sorted.length;
    return (sorted[(n - 1) / 2] + sorted[n / 2]) / 2;
  }
}
