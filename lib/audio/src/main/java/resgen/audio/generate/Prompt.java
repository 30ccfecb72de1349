package resgen.audio.generate;

import java.util.Optional;
import resgen.audio.Clip;

/**
 * A beginning that is there already, in the voice that is to go on.
 *
 * @param clip the sound, at any rate
 * @param transcript what is said in it; empty if it is the beginning of the text that is to be said
 */
public record Prompt(Clip clip, Optional<String> transcript) {

  private static final double LEAST = 0.5; // seconds
  private static final double SILENCE = -50; // dB of full scale

  public Prompt {
    if (clip.seconds() < LEAST) {
      throw new IllegalArgumentException(
          "a prompt of %.2f s; it must have %.1f s or more".formatted(clip.seconds(), LEAST));
    }
    if (clip.level() < SILENCE) {
      throw new IllegalArgumentException(
          "a prompt without speech: its level is %.0f dB of full scale, below %.0f"
              .formatted(clip.level(), SILENCE));
    }
    if (transcript.isPresent() && transcript.get().isBlank()) {
      throw new IllegalArgumentException(
          "a prompt's transcript is empty; without it what follows cannot be aligned");
    }
  }

  /** Another utterance, whose voice is to say the text. */
  public static Prompt of(Clip clip, String transcript) {
    return new Prompt(clip, Optional.of(transcript));
  }

  /** The beginning of the text that is to be said. */
  public static Prompt beginning(Clip clip) {
    return new Prompt(clip, Optional.empty());
  }
}
