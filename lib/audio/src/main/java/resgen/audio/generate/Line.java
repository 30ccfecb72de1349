package resgen.audio.generate;

import java.util.Optional;

/**
 * What is to be said, and by whom.
 *
 * @param text in letters; see {@link resgen.audio.align.TextBytes}
 * @param speaker a speaker that the model knows by name; empty where the prompt tells the voice
 * @param prompt a beginning; empty for none
 * @param speed how many times faster than usual, more than 0
 */
public record Line(String text, String speaker, Optional<Prompt> prompt, double speed) {

  public Line {
    if (!(speed >= 0.25 && speed <= 4)) {
      throw new IllegalArgumentException("speed " + speed + " must be in 0.25 … 4");
    }
  }

  /** A text by a speaker. */
  public static Line by(String speaker, String text) {
    return new Line(text, speaker, Optional.empty(), 1);
  }

  /** A text in the voice of a prompt. */
  public static Line like(Prompt prompt, String text) {
    return new Line(text, "", Optional.of(prompt), 1);
  }

  /** The same faster or slower. */
  public Line speed(double times) {
    return new Line(text, speaker, prompt, times);
  }
}
