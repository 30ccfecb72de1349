package resgen.audio;

import java.util.ArrayList;
import java.util.List;

/**
 * Something said.
 *
 * @param id unique in its set
 * @param speaker who says it; empty if not known
 * @param text what is said; empty if not known
 * @param phones with their ends; empty if not known
 * @param sound its samples
 */
public record Utterance(String id, String speaker, String text, List<Phone> phones, Sound sound) {

  public Utterance {
    if (id.isBlank()) {
      throw new IllegalArgumentException("an utterance without an id");
    }
    phones = List.copyOf(phones);
  }

  /** Its samples. */
  public Clip clip() {
    return sound.clip();
  }

  /** The words of its text. */
  public List<String> words() {
    return text.isBlank() ? List.of() : List.of(text.strip().split("\\s+"));
  }

  /** The same with other samples, as a codec gives them back. */
  public Utterance sound(Clip other) {
    return new Utterance(id, speaker, text, phones, Sound.of(other));
  }

  /** The ends of its phones that are no pauses, in seconds. */
  public List<Double> ends() {
    List<Double> ends = new ArrayList<>();
    phones.stream().filter(p -> !p.name().equals("pau")).forEach(p -> ends.add(p.end()));
    return ends;
  }

  @Override
  public String toString() {
    return "%s%s%s"
        .formatted(
            id, speaker.isEmpty() ? "" : " by " + speaker, text.isEmpty() ? "" : ": " + text);
  }
}
