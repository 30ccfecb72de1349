package resgen.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import resgen.Generator;
import resgen.lab.Evaluation;
import resgen.lab.bench.GpuBench;
import resgen.lab.bench.Machine;
import resgen.lab.bench.Python;
import resgen.lab.metric.Report;
import resgen.sample.Sampling;
import resgen.torch.Torch;
import resgen.vision.FashionMnist;

/** {@code resgen bench gpu}: all that a GPU is measured by, in one run. */
@Command(
    name = "gpu",
    description = {
      "Measure everything that a GPU is measured by, in at most 8 minutes: equality of captured and"
          + " eager steps, training, sampling, the paper's sizes, an evaluation, the largest batch.",
      "With --python, PyTorch does the same work by turns. A work that fails or for which no time is"
          + " left says so in its row."
    },
    mixinStandardHelpOptions = true)
final class BenchGpu implements Callable<Integer> {

  @Spec private CommandSpec spec;
  @Mixin private BenchOptions options;

  @Option(
      names = "--python",
      paramLabel = "PROGRAM",
      description = "A Python whose torch sees the GPU, to compare with (none).")
  private String python;

  @Option(names = "--only", paramLabel = "WORK", split = ",", description = "Only these works.")
  private List<String> only = List.of();

  @Option(
      names = "--seconds",
      paramLabel = "S",
      defaultValue = "420",
      description = "After which no further work begins (${DEFAULT-VALUE}).")
  private double seconds;

  @Option(
      names = "--smoke",
      description = "Tiny sizes, on whatever device: to see that every row comes.")
  private boolean smoke;

  BenchGpu() {}

  @Override
  public Integer call() {
    options.name("reference", List.of("reference"));
    options.apply();
    if (!smoke && !Torch.device().isGpu()) {
      throw new IllegalStateException(
          "no GPU is in use here (`resgen doctor` says why); --smoke runs tiny sizes anyway");
    }
    PrintWriter out = spec.commandLine().getOut();
    String precision = smoke ? "fp32" : options.precision("bf16");
    out.println(Machine.here(precision));
    Optional<Python> program = Optional.ofNullable(python).map(this::started);
    try {
      GpuBench bench =
          new GpuBench(
              smoke ? GpuBench.Sizes.smoke() : GpuBench.Sizes.gpu(),
              precision,
              program,
              List.of(new GpuBench.Work("evaluation", "≤ 8 s for 10,000 images", this::evaluated)));
      for (String name : only) {
        if (!bench.names().contains(name)) {
          throw wrong(
              "--only: no work '%s'; there are %s"
                  .formatted(name, String.join(", ", bench.names())));
        }
      }
      out.printf("%-26s %-40s %14s %10s %8s%n", "work", "who", "value", "± MAD", "ratio");
      options.save(bench.run(only, seconds, row -> show(out, row)));
    } finally {
      program.ifPresent(Python::close);
    }
    return Main.OK;
  }

  private Python started(String name) {
    Path worker =
        Home.find()
            .orElseThrow(() -> wrong("start this from within the project"))
            .resolve(Path.of("environment", "python", "worker.py"));
    return new Python(name, worker, Torch.threads());
  }

  private List<GpuBench.Measured> evaluated() {
    int samples = smoke ? 20 : 10_000;
    long start = System.nanoTime();
    try (Generator generator = Generator.load("fashion-resgen")) {
      Sampling way =
          Sampling.steps(smoke ? 2 : 16)
              .guidance(0, 1.5)
              .noiseScale(0.5)
              .reveal(resgen.mask.Reveal.RANDOM)
              .seed(1);
      Report report =
          Evaluation.of(generator)
              .against(smoke ? FashionMnist.train().take(200) : FashionMnist.train())
              .samples(samples)
              .sampling(Torch.device().isGpu() ? way.batchSize(Sampling.AUTO) : way)
              .run();
      String note =
          "fashion-resgen, %,d samples; sampling %.2f s, decoding %.2f s"
              .formatted(samples, report.cost().generateSeconds(), report.cost().decodeSeconds());
      double all = (System.nanoTime() - start) / 1e9;
      return List.of(GpuBench.Measured.of("ours", "s", all, note));
    }
  }

  private static void show(PrintWriter out, Map<String, Object> row) {
    Object value = row.get("value");
    out.printf(
        "%-26s %-40s %14s %10s %8s  %s%n",
        row.get("work"),
        row.get("who"),
        value == null ? "-" : value + " " + row.get("unit"),
        row.get("mad") == null ? "" : "%.3f".formatted((Float) row.get("mad")),
        row.get("ratio") == null ? "" : "%.3f".formatted((Float) row.get("ratio")),
        row.get("note"));
    out.flush();
  }

  private ParameterException wrong(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
