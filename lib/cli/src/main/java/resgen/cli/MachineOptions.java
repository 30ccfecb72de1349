package resgen.cli;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import resgen.torch.Graphs;
import resgen.torch.Torch;

/** How the machine is used: the options that every command with tensors has. */
final class MachineOptions {

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description =
          "Threads of one tensor operation (as libtorch chooses if not given). Results repeat bit"
              + " for bit only at the same number.")
  private Integer threads;

  @Option(
      names = "--graphs",
      paramLabel = "auto|off",
      description =
          "Replay steps on a CUDA device as graphs, or launch their kernels one by one (auto). The"
              + " numbers are the same.")
  private String graphs;

  @Option(
      names = "--tf32",
      paramLabel = "on|off",
      description = "Products of fp32 in TF32 on a CUDA device (off).")
  private String tf32;

  MachineOptions() {}

  /** Applies them, before any tensor is made. */
  void apply() {
    if (graphs != null) {
      System.setProperty(Graphs.PROPERTY, Usage.check(spec, () -> Graphs.check(graphs)));
    }
    if (tf32 != null) {
      if (!tf32.matches("on|off")) {
        throw new ParameterException(spec.commandLine(), "--tf32 '" + tf32 + "' is not on or off");
      }
      Torch.tf32(tf32.equals("on"));
    }
    if (threads == null) {
      return;
    }
    if (threads < 1 || threads > 1024) {
      throw new ParameterException(
          spec.commandLine(), "--threads " + threads + " is not in 1..1024");
    }
    Torch.threads(threads);
  }
}
