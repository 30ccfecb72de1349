package resgen.cli;

import java.io.UncheckedIOException;
import java.util.function.Supplier;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** The library's word on a bad value, as a wrong use of the command line. */
final class Usage {

  private Usage() {}

  /** Runs a check, as {@link #check} does. */
  static void run(CommandSpec spec, Runnable what) {
    check(
        spec,
        () -> {
          what.run();
          return true;
        });
  }

  /** What {@code settings} gives; a value that it refuses ends the command with {@code 2}. */
  static <T> T check(CommandSpec spec, Supplier<T> settings) {
    return check(spec, "", settings);
  }

  /** The same, saying first which option it is. */
  static <T> T check(CommandSpec spec, String option, Supplier<T> settings) {
    try {
      return settings.get();
    } catch (IllegalArgumentException | UncheckedIOException e) {
      String which = option.isEmpty() ? "" : option + ": ";
      throw new ParameterException(spec.commandLine(), which + Failures.describe(e), e);
    }
  }
}
