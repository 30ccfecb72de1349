package resgen.audio.corpus;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/**
 * A pseudo-speaker: a voice of flite whose vocal tract and pitch are scaled.
 *
 * <p>Speech is made with durations times a and pitch over a, and then resampled to 1/a of its
 * length: formants move by a, length and pitch stay. Measured on Debian's flite 2.2: slt, awb and
 * kal16 follow {@code int_f0_target_mean}, rms does not, so that its pitch moves with a.
 *
 * @param voice flite's name of it
 * @param tract a, the scale of formants
 * @param pitch mean F0 that is asked for, in Hz; empty of a voice that has its own
 * @param name unique
 */
public record Speaker(String voice, double tract, OptionalDouble pitch, String name) {

  private static final double[] TRACTS = {0.88, 0.94, 1, 1.06, 1.13};
  private static final double[] PITCHES = {0.85, 1, 1.18};

  /**
   * The 40 of the corpus: slt and awb with five tracts and three pitches each, rms and kal16 with
   * five tracts.
   */
  public static List<Speaker> all() {
    List<Speaker> all = new ArrayList<>();
    for (double tract : TRACTS) {
      for (double pitch : PITCHES) {
        all.add(of("slt", tract, OptionalDouble.of(172 * pitch), "-" + part(pitch)));
        all.add(of("awb", tract, OptionalDouble.of(130 * pitch), "-" + part(pitch)));
      }
      all.add(of("rms", tract, OptionalDouble.empty(), ""));
      all.add(of("kal16", tract, OptionalDouble.of(95), ""));
    }
    return List.copyOf(all);
  }

  private static Speaker of(String voice, double tract, OptionalDouble pitch, String end) {
    return new Speaker(voice, tract, pitch, voice + "-" + part(tract) + end);
  }

  private static String part(double factor) {
    return String.format(Locale.US, "%.2f", factor);
  }

  /** The 24 that models learn from: those with a tract of 0.88, 1 or 1.13. */
  public static List<Speaker> seen() {
    return all().stream().filter(s -> !s.between()).toList();
  }

  /** The 16 whose tracts, 0.94 and 1.06, lie between those that models learn from. */
  public static List<Speaker> unseen() {
    return all().stream().filter(Speaker::between).toList();
  }

  private boolean between() {
    return tract == 0.94 || tract == 1.06;
  }
}
