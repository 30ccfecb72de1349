package resgen.audio.align;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import resgen.audio.Phone;
import resgen.audio.Utterance;
import resgen.audio.corpus.Commands;

/**
 * True ends of words, from true ends of phones: an utterance's phones are matched with those of its
 * words by the fewest changes.
 *
 * @param lexicon phones of each word
 */
public record WordEnds(Map<String, List<String>> lexicon) {

  private static final String PAUSE = "pau";

  public WordEnds {
    lexicon = Map.copyOf(lexicon);
  }

  /** The words of the corpus {@code commands}, as flite says each by itself. */
  public static WordEnds ofCommands() {
    try (InputStream in = Commands.class.getResourceAsStream("phones.txt")) {
      Map<String, List<String>> lexicon = new LinkedHashMap<>();
      new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .map(line -> Arrays.asList(line.split(" ")))
          .forEach(words -> lexicon.put(words.get(0), words.subList(1, words.size())));
      return new WordEnds(lexicon);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The end of each word in seconds.
   *
   * @throws IllegalArgumentException if the utterance has no phones, or a word is not known
   */
  public double[] of(Utterance utterance) {
    List<Phone> heard =
        utterance.phones().stream().filter(phone -> !phone.name().equals(PAUSE)).toList();
    List<String> expected = new ArrayList<>();
    List<Integer> owner = new ArrayList<>();
    List<String> words = utterance.words();
    for (int w = 0; w < words.size(); w++) {
      List<String> phones = lexicon.get(words.get(w));
      if (phones == null) {
        throw new IllegalArgumentException(
            "%s: no phones of '%s' are known".formatted(utterance.id(), words.get(w)));
      }
      for (String phone : phones) {
        expected.add(phone);
        owner.add(w);
      }
    }
    if (heard.isEmpty()) {
      throw new IllegalArgumentException(utterance.id() + " has no phones");
    }
    return ends(heard, expected, owner, words.size());
  }

  private static double[] ends(
      List<Phone> heard, List<String> expected, List<Integer> owner, int words) {
    int n = expected.size();
    int m = heard.size();
    int[][] cost = new int[n + 1][m + 1];
    for (int i = 0; i <= n; i++) {
      for (int j = 0; j <= m; j++) {
        if (i == 0 || j == 0) {
          cost[i][j] = i + j;
        } else {
          int other = expected.get(i - 1).equals(heard.get(j - 1).name()) ? 0 : 1;
          cost[i][j] =
              Math.min(cost[i - 1][j - 1] + other, Math.min(cost[i - 1][j], cost[i][j - 1]) + 1);
        }
      }
    }
    double[] ends = new double[words];
    int i = n;
    int j = m;
    while (i > 0 || j > 0) {
      int other = i > 0 && j > 0 && expected.get(i - 1).equals(heard.get(j - 1).name()) ? 0 : 1;
      if (i > 0 && j > 0 && cost[i][j] == cost[i - 1][j - 1] + other) {
        ends[owner.get(i - 1)] = Math.max(ends[owner.get(i - 1)], heard.get(j - 1).end());
        i--;
        j--;
      } else if (j > 0 && cost[i][j] == cost[i][j - 1] + 1) {
        int word = owner.get(Math.max(0, i - 1));
        ends[word] = Math.max(ends[word], heard.get(j - 1).end());
        j--;
      } else {
        i--;
      }
    }
    for (int w = 1; w < words; w++) {
      ends[w] = Math.max(ends[w], ends[w - 1]); // a word that was swallowed
    }
    return ends;
  }
}
