package resgen.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import resgen.lab.bench.BenchPreset;
import resgen.lab.metric.Results;
import resgen.torch.Precision;

/** What every bench takes: sizes, precision, threads, where the rows go. */
final class BenchOptions {

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Mixin private MachineOptions machine;

  @Option(
      names = "--preset",
      paramLabel = "NAME",
      description =
          "Sizes: reference (64 positions, width 256, 6 layers), small (the shipped model), tiny,"
              + " paper-rvq16 (576 M parameters); weights are random. The default is reference,"
              + " for depth paper-rvq16.")
  private String preset;

  @Option(
      names = "--precision",
      paramLabel = "P",
      defaultValue = "fp32",
      description = "Matrix products in fp32, bf16 or auto, the faster (${DEFAULT-VALUE}).")
  private String precision;

  @Option(
      names = {"-o", "--out"},
      paramLabel = "FILE",
      description = "Add the rows to this .csv file, which gets a header if it is new.")
  private Path out;

  BenchOptions() {}

  /** The sizes; checks all options. */
  BenchPreset preset() {
    checkOut();
    return Usage.check(
        spec, () -> BenchPreset.of(preset == null ? "reference" : preset, precision));
  }

  /** The name of the sizes, where they are a command's own; checks all options. */
  String name(String usual, List<String> allowed) {
    checkOut();
    Usage.check(
        spec,
        () -> {
          Precision.check(precision);
          return precision;
        });
    String name = preset == null ? usual : preset;
    if (!allowed.contains(name)) {
      throw new ParameterException(
          spec.commandLine(),
          "no preset '%s' here; there are %s".formatted(name, String.join(", ", allowed)));
    }
    return name;
  }

  /** {@code fp32}, {@code bf16} or {@code auto}. */
  String precision() {
    return precision;
  }

  /** The same, if it was asked for; else what is usual. */
  String precision(String usual) {
    return spec.commandLine().getParseResult().hasMatchedOption("--precision") ? precision : usual;
  }

  private void checkOut() {
    if (out != null && !out.toString().endsWith(".csv")) {
      throw new ParameterException(spec.commandLine(), "--out " + out + " does not end in .csv");
    }
    Outputs.writable(spec, out);
  }

  /** Sets the threads. */
  void apply() {
    machine.apply();
  }

  /** Adds rows to the file, if one was named. */
  void save(List<? extends Map<String, ?>> rows) {
    if (out == null || rows.isEmpty()) {
      return;
    }
    Path whole = out.toAbsolutePath();
    String name = whole.getFileName().toString();
    new Results(whole.getParent()).append(name.substring(0, name.length() - ".csv".length()), rows);
    spec.commandLine().getOut().println(out + ": " + rows.size() + " rows added");
  }
}
