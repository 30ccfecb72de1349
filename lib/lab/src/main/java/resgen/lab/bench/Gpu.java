package resgen.lab.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/**
 * The first NVIDIA GPU of this machine, as its driver names it.
 *
 * @param name as {@code NVIDIA H100 80GB HBM3}
 * @param driver its version
 */
public record Gpu(String name, String driver) {

  private static final Gpu UNKNOWN = new Gpu("unknown GPU", "unknown");

  private static final class Holder {
    static final Gpu HERE = ask();
  }

  /** This machine's; names are unknown where {@code nvidia-smi} does not answer. */
  public static Gpu here() {
    return Holder.HERE;
  }

  private static Gpu ask() {
    try {
      Process process =
          new ProcessBuilder(
                  "nvidia-smi", "--query-gpu=name,driver_version", "--format=csv,noheader")
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      process.getOutputStream().close();
      String answer = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return process.waitFor(20, TimeUnit.SECONDS) && process.exitValue() == 0
          ? parse(answer)
          : UNKNOWN;
    } catch (IOException e) {
      return UNKNOWN;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return UNKNOWN;
    }
  }

  /** The first line of {@code nvidia-smi}'s answer. */
  static Gpu parse(String answer) {
    String line = answer.lines().findFirst().orElse("");
    int comma = line.lastIndexOf(',');
    return comma < 1
        ? UNKNOWN
        : new Gpu(line.substring(0, comma).strip(), line.substring(comma + 1).strip());
  }
}
