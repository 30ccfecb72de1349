package resgen.cli;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
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

  MachineOptions() {}

  /** Applies them, before any tensor is made. */
  void apply() {
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
