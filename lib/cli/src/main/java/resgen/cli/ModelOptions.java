package resgen.cli;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import resgen.Generator;
import resgen.torch.Precision;

/** Which trained model a command uses, and in which number format. */
final class ModelOptions {

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Parameters(
      arity = "0..1",
      paramLabel = "MODEL",
      defaultValue = "fashion-resgen",
      description = "A shipped model, or a .safetensors file (${DEFAULT-VALUE}).")
  private String model;

  @Option(
      names = "--precision",
      paramLabel = "P",
      description = "Matrix products in fp32, bf16 or auto, the faster (as the model was trained).")
  private String precision;

  ModelOptions() {}

  /** Its name or path. */
  String name() {
    return model;
  }

  /** The number format; empty text for the model's own. */
  String precision() {
    return precision == null ? "" : precision;
  }

  /** Loads it; the caller closes it. */
  Generator load() {
    if (precision == null) {
      return Generator.load(model);
    }
    try {
      Precision.check(precision);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), "--" + e.getMessage());
    }
    return Generator.load(model, precision);
  }
}
