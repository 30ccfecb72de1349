package resgen.audio;

import java.awt.image.BufferedImage;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import resgen.Samples;
import resgen.codec.Media;
import resgen.settings.Hashes;
import resgen.token.Condition;

/** A set of utterances, whose samples are read when they are asked for. Immutable. */
public final class Speech implements Media<Speech> {

  private static final int ROWS = 20; // of players in a notebook
  private static final int PLAYED = 2_000_000; // bytes of all of them

  private final String name;
  private final List<Utterance> utterances;
  private final List<String> speakers;
  private String fingerprint;

  private Speech(String name, List<Utterance> utterances, List<String> speakers) {
    this.name = name;
    this.utterances = utterances;
    this.speakers = speakers;
  }

  /**
   * A set of utterances.
   *
   * @param name what it is called in tables
   * @param speakers all that utterances of its kind may be by, in the order of their classes
   * @throws IllegalArgumentException without utterances, or naming one whose speaker is not among
   *     them
   */
  public static Speech of(String name, List<Utterance> utterances, List<String> speakers) {
    if (utterances.isEmpty()) {
      throw new IllegalArgumentException(name + ": no utterances");
    }
    for (Utterance each : utterances) {
      if (!each.speaker().isEmpty() && !speakers.contains(each.speaker())) {
        throw new IllegalArgumentException(
            "%s: the speaker of %s is not one of %s".formatted(name, each, speakers));
      }
    }
    return new Speech(name, List.copyOf(utterances), List.copyOf(speakers));
  }

  /** A set of utterances, by the speakers that they are by, in order of their names. */
  public static Speech of(String name, List<Utterance> utterances) {
    List<String> speakers =
        utterances.stream()
            .map(Utterance::speaker)
            .filter(speaker -> !speaker.isEmpty())
            .distinct()
            .sorted()
            .toList();
    return of(name, utterances, speakers);
  }

  /**
   * The speech of generated samples.
   *
   * @throws IllegalArgumentException if they are no speech
   */
  public static Speech of(Samples samples) {
    return samples.as(Speech.class);
  }

  @Override
  public int size() {
    return utterances.size();
  }

  @Override
  public String name() {
    return name;
  }

  /** All utterances, in their order. */
  public List<Utterance> utterances() {
    return utterances;
  }

  /** One of them. */
  public Utterance get(int index) {
    return utterances.get(index);
  }

  /** Names of the speakers, by their class. */
  public List<String> speakers() {
    return speakers;
  }

  /** {@inheritDoc} Of the samples' hashes, texts and speakers. */
  @Override
  public synchronized String fingerprint() {
    if (fingerprint == null) {
      MessageDigest digest = Hashes.digest();
      for (Utterance each : utterances) {
        String line = each.sound().fingerprint() + "\t" + each.speaker() + "\t" + each.text();
        digest.update((line + "\n").getBytes(StandardCharsets.UTF_8));
      }
      fingerprint = HexFormat.of().formatHex(digest.digest());
    }
    return fingerprint;
  }

  /** {@inheritDoc} The speaker's place among the set's; their number for a speaker not known. */
  @Override
  public Condition.Classes conditions() {
    int[] ids = new int[size()];
    for (int i = 0; i < ids.length; i++) {
      int at = speakers.indexOf(get(i).speaker());
      ids[i] = at < 0 ? speakers.size() : at;
    }
    return new Condition.Classes(ids, speakers);
  }

  @Override
  public Speech subset(int... indices) {
    return new Speech(name, IntStream.of(indices).mapToObj(utterances::get).toList(), speakers);
  }

  /** Those that a condition holds for, under this set's name and speakers. */
  public Speech where(Predicate<Utterance> condition) {
    return of(name, utterances.stream().filter(condition).toList(), speakers);
  }

  /** {@inheritDoc} Of these speakers and those of the others. */
  @Override
  public Speech and(List<Speech> others) {
    List<Utterance> all = new ArrayList<>(utterances);
    List<String> names = new ArrayList<>(speakers);
    for (Speech other : others) {
      all.addAll(other.utterances);
      other.speakers.stream().filter(each -> !names.contains(each)).forEach(names::add);
    }
    return new Speech(name, List.copyOf(all), List.copyOf(names));
  }

  /** {@inheritDoc} The spectrogram of the first. */
  @Override
  public BufferedImage preview() {
    return get(0).clip().spectrogram().ends(get(0).ends()).toImage();
  }

  /** Players of the first utterances, as notebooks show them. */
  public String toHtml() {
    StringBuilder html = new StringBuilder("<table>");
    int played = 0;
    int shown = 0;
    for (Utterance each : utterances.subList(0, Math.min(ROWS, size()))) {
      String player = each.clip().toHtml();
      played += player.length();
      if (shown > 0 && played > PLAYED) {
        break;
      }
      shown++;
      html.append("<tr><td>").append(escaped(each.speaker())).append("</td><td>");
      html.append(escaped(each.text())).append("</td><td>").append(player).append("</td></tr>");
    }
    html.append("</table>");
    if (shown < size()) {
      html.append("<div>the first %d of %,d</div>".formatted(shown, size()));
    }
    return html.toString();
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;");
  }

  @Override
  public String toString() {
    return "%s: %,d utterances by %d speakers".formatted(name, size(), speakers.size());
  }
}
