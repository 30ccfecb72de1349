package resgen.cli;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.util.cuda.CudaUtils;
import java.io.PrintWriter;
import java.lang.management.MemoryUsage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import javax.tools.ToolProvider;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;
import resgen.lab.bench.Gpu;
import resgen.settings.DataHome;
import resgen.torch.Graphs;
import resgen.torch.Torch;

/** {@code resgen doctor}: what this machine has, and what is missing. */
@Command(
    name = "doctor",
    description = {
      "Show versions, device, precision, data and checkpoints found.",
      "Ends with 1 if something is missing that the method needs."
    },
    mixinStandardHelpOptions = true)
final class Doctor implements Callable<Integer> {

  @Spec private CommandSpec spec;

  private int problems;

  Doctor() {}

  @Override
  public Integer call() {
    show("ResGen", Versions::line);
    show("Java", Doctor::java);
    show("System", Doctor::system);
    show("libtorch", Doctor::torch);
    show("Device", Torch::machine);
    show("GPU", Doctor::gpu);
    show("Graphs", Graphs::describe);
    show("Precision", () -> "auto is " + Torch.fastest().label() + " (measured)");
    show("Convolutions", Torch::convolutions);
    show("Data", () -> DataHome.root().toString());
    show("Fashion-MNIST", () -> found(DataHome.path("fashion-mnist"), "train-images-columns.xz"));
    show("Checkpoints", Doctor::checkpoints);
    show("Jupyter", Doctor::jupyter);
    out().println(problems == 0 ? "All is well." : problems + " missing; see above.");
    return problems == 0 ? Main.OK : Main.FAILED;
  }

  /** One line; a failure of libtorch to load may be an Error. */
  private void show(String name, Supplier<String> value) {
    String text;
    try {
      text = value.get();
    } catch (RuntimeException | LinkageError e) {
      problems++;
      text = "MISSING: " + Failures.describe(e);
    }
    out().printf("%-14s %s%n", name, text);
    out().flush();
  }

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }

  private static String java() {
    String compiler =
        ToolProvider.getSystemJavaCompiler() == null ? "; no compiler, so no notebooks" : "";
    return Runtime.version() + " (" + System.getProperty("java.vendor") + ")" + compiler;
  }

  private static String system() {
    Runtime runtime = Runtime.getRuntime();
    String memory = "";
    if (java.lang.management.ManagementFactory.getOperatingSystemMXBean()
        instanceof com.sun.management.OperatingSystemMXBean system) {
      memory = ", %.1f GiB memory".formatted(system.getTotalMemorySize() / gibi());
    }
    return "%s %s, %d cores%s, heap up to %.1f GiB"
        .formatted(
            System.getProperty("os.name"),
            System.getProperty("os.arch"),
            runtime.availableProcessors(),
            memory,
            runtime.maxMemory() / gibi());
  }

  private static double gibi() {
    return 1L << 30;
  }

  private static String torch() {
    return Torch.version() + " through DJL " + Engine.getDjlVersion();
  }

  private static String gpu() {
    Device device = Device.cpu();
    try {
      device = Torch.device();
    } catch (RuntimeException | LinkageError e) {
      // Told of libtorch; here what may be its cause.
    }
    if (!device.isGpu()) {
      return GpuSettings.here().explain();
    }
    MemoryUsage memory = CudaUtils.getGpuMemory(device);
    return "%s, CUDA %s, %.1f of %.1f GiB free, TF32 %s"
        .formatted(
            Gpu.here().name() + ", driver " + Gpu.here().driver(),
            CudaUtils.getCudaVersionString(),
            (memory.getMax() - memory.getUsed()) / gibi(),
            memory.getMax() / gibi(),
            Torch.tf32() ? "on" : "off");
  }

  private static String jupyter() {
    return Program.output(Duration.ofSeconds(20), "jupyter", "notebook", "--version")
        .map(version -> "notebook " + version)
        .orElse("none on the path (needed only for `resgen lab` and environment/reproduce)");
  }

  private static String checkpoints() {
    return Checkpoints.names().isEmpty() ? "none" : String.join(", ", Checkpoints.names());
  }

  private static String found(Path directory, String file) {
    if (!Files.isRegularFile(directory.resolve(file))) {
      throw new IllegalStateException("no " + directory.resolve(file));
    }
    return directory.toString();
  }
}
