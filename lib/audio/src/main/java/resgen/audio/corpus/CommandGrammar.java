package resgen.audio.corpus;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The sentences of the corpus {@code commands}: a word of each of eight slots, as "bring the green
 * lamp near tango seven now".
 *
 * @param slots words of each, in their order
 */
public record CommandGrammar(List<List<String>> slots) {

  public CommandGrammar {
    slots = slots.stream().map(List::copyOf).toList();
  }

  /** The one of the corpus: 72 words, 3,993,600 sentences. */
  public static CommandGrammar standard() {
    try (InputStream in = CommandGrammar.class.getResourceAsStream("commands.txt")) {
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return new CommandGrammar(
          text.strip().lines().map(line -> List.of(line.split(" "))).toList());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** How many sentences there are. */
  public int size() {
    return slots.stream().mapToInt(List::size).reduce(1, Math::multiplyExact);
  }

  /** All words, each once. */
  public List<String> words() {
    return slots.stream().flatMap(List::stream).distinct().toList();
  }

  /** Sentence {@code number} of 0 … size − 1. */
  public String sentence(int number) {
    if (number < 0 || number >= size()) {
      throw new IndexOutOfBoundsException("sentence " + number + " of " + size());
    }
    List<String> words = new ArrayList<>();
    int rest = number;
    for (List<String> slot : slots) {
      words.add(slot.get(rest % slot.size()));
      rest /= slot.size();
    }
    return String.join(" ", words);
  }

  /** A grammar in JSGF of exactly these sentences. */
  public String slotsJsgf() {
    return jsgf(
        "slots", slots.stream().map(CommandGrammar::choice).collect(Collectors.joining(" ")));
  }

  /** A grammar in JSGF of one or more of the words in any order. */
  public String loopJsgf() {
    return jsgf("loop", choice(words()) + "+");
  }

  private static String choice(List<String> words) {
    return words.size() == 1 ? words.get(0) : "(" + String.join(" | ", words) + ")";
  }

  private static String jsgf(String name, String rule) {
    return "#JSGF V1.0;\ngrammar %s;\npublic <%s> = %s;\n".formatted(name, name, rule);
  }
}
