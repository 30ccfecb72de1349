package resgen.audio.corpus;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CancellationException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import resgen.audio.AudioFile;
import resgen.audio.Clip;
import resgen.audio.Phone;
import resgen.audio.Resampler;

/**
 * The speech synthesiser flite, a program of the system. The same version gives the same samples
 * for the same text and speaker.
 */
public final class Flite {

  private static final String PROGRAM = "flite";
  private static final Pattern VERSION = Pattern.compile("version: (\\S+)");
  private static final int RATE = 16_000;

  private Flite() {}

  /**
   * What was said.
   *
   * @param clip 16-bit samples at 16 kHz
   * @param phones with their ends
   */
  public record Said(Clip clip, List<Phone> phones) {}

  /** Whether the program is there. */
  public static boolean installed() {
    try {
      return !version().isEmpty();
    } catch (IllegalStateException e) {
      return false;
    }
  }

  /**
   * Its version, as {@code flite-2.2-current}.
   *
   * @throws IllegalStateException if it is not installed, saying how it is
   */
  public static String version() {
    Matcher found = VERSION.matcher(run(List.of(PROGRAM, "--version")));
    return found.find() ? found.group(1) : "unknown";
  }

  /**
   * Says a text.
   *
   * @throws IllegalStateException if flite is not installed or fails
   * @throws CancellationException if the thread is interrupted; the interrupt stays set
   */
  public static Said say(String text, Speaker speaker) {
    Path file = null;
    try {
      file = Files.createTempFile("resgen-flite", ".wav");
      double a = speaker.tract();
      List<String> command = new ArrayList<>(List.of(PROGRAM, "-voice", speaker.voice()));
      command.addAll(List.of("-psdur", "--setf", "duration_stretch=" + number(a)));
      if (speaker.pitch().isPresent()) {
        String pitch = number(speaker.pitch().getAsDouble() / a);
        command.addAll(List.of("--setf", "int_f0_target_mean=" + pitch));
      }
      command.addAll(List.of("-t", text, "-o", file.toString()));
      String phones = run(command);
      Clip made = AudioFile.read(file).clip();
      if (made.rate() != RATE) {
        throw new IllegalStateException(
            "flite's voice %s speaks at %d Hz, not %d"
                .formatted(speaker.voice(), made.rate(), RATE));
      }
      Clip moved = a == 1 ? made : Resampler.faster(a, RATE).clip(made);
      List<Phone> ends = new ArrayList<>();
      for (Phone phone : Phone.parse(phones)) {
        ends.add(new Phone(phone.name(), phone.end() / a));
      }
      return new Said(Clip.ofPcm16(moved.pcm16(), RATE), ends);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot keep what flite says: " + e.getMessage(), e);
    } finally {
      if (file != null) {
        file.toFile().delete();
      }
    }
  }

  private static String number(double value) {
    return String.format(Locale.US, "%.5f", value);
  }

  private static String run(List<String> command) {
    Process process;
    try {
      process = new ProcessBuilder(command).redirectErrorStream(true).start();
    } catch (IOException e) {
      throw new IllegalStateException(
          "flite is not installed: `environment/setup --speech` installs it (Debian: apt-get"
              + " install flite)",
          e);
    }
    try {
      process.getOutputStream().close();
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      int code = process.waitFor();
      boolean question = command.contains("--version"); // which ends with code 1
      if (code != 0 && !question) {
        throw new IllegalStateException(
            "flite failed with code %d: %s".formatted(code, said.strip()));
      }
      return said;
    } catch (IOException e) {
      throw new UncheckedIOException("flite: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted while flite was speaking");
    } finally {
      process.destroyForcibly();
    }
  }
}
