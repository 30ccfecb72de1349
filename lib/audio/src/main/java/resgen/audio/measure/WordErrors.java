package resgen.audio.measure;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Errors of what was recognised against what was said, along the alignment with the fewest.
 *
 * @param words said
 * @param substitutions words in the place of others
 * @param deletions words left out
 * @param insertions words that were not said
 * @param utterances counted
 * @param missing utterances that lack a word
 * @param repeated utterances that have a word of theirs more often than it was said
 * @param extra utterances that have a word which was not said in them
 */
public record WordErrors(
    int words,
    int substitutions,
    int deletions,
    int insertions,
    int utterances,
    int missing,
    int repeated,
    int extra) {

  /** Of nothing. */
  public static WordErrors none() {
    return new WordErrors(0, 0, 0, 0, 0, 0, 0, 0);
  }

  /** Of an utterance's words. */
  public static WordErrors of(List<String> said, List<String> heard) {
    int n = said.size();
    int m = heard.size();
    int[][] cost = new int[n + 1][m + 1];
    for (int i = 0; i <= n; i++) {
      for (int j = 0; j <= m; j++) {
        if (i == 0 || j == 0) {
          cost[i][j] = i + j;
        } else {
          int same = said.get(i - 1).equals(heard.get(j - 1)) ? 0 : 1;
          cost[i][j] =
              Math.min(cost[i - 1][j - 1] + same, Math.min(cost[i - 1][j], cost[i][j - 1]) + 1);
        }
      }
    }
    int substitutions = 0;
    int deletions = 0;
    int insertions = 0;
    int i = n;
    int j = m;
    while (i > 0 || j > 0) {
      boolean same = i > 0 && j > 0 && said.get(i - 1).equals(heard.get(j - 1));
      if (i > 0 && j > 0 && cost[i][j] == cost[i - 1][j - 1] + (same ? 0 : 1)) {
        substitutions += same ? 0 : 1;
        i--;
        j--;
      } else if (i > 0 && cost[i][j] == cost[i - 1][j] + 1) {
        deletions++;
        i--;
      } else {
        insertions++;
        j--;
      }
    }
    Map<String, Integer> counts = new HashMap<>();
    said.forEach(word -> counts.merge(word, 1, Integer::sum));
    Map<String, Integer> left = new HashMap<>(counts);
    heard.forEach(word -> left.merge(word, -1, Integer::sum));
    boolean missing = left.values().stream().anyMatch(count -> count > 0);
    boolean repeated =
        left.entrySet().stream().anyMatch(e -> e.getValue() < 0 && counts.containsKey(e.getKey()));
    boolean extra = heard.stream().anyMatch(word -> !counts.containsKey(word));
    return new WordErrors(
        n, substitutions, deletions, insertions, 1, one(missing), one(repeated), one(extra));
  }

  private static int one(boolean flag) {
    return flag ? 1 : 0;
  }

  /** Of the characters of an utterance, spaces included; only the rate means something. */
  public static WordErrors ofCharacters(String said, String heard) {
    return of(
        Arrays.asList(said.split("")), heard.isEmpty() ? List.of() : List.of(heard.split("")));
  }

  /** Of both together. */
  public WordErrors and(WordErrors other) {
    return new WordErrors(
        words + other.words,
        substitutions + other.substitutions,
        deletions + other.deletions,
        insertions + other.insertions,
        utterances + other.utterances,
        missing + other.missing,
        repeated + other.repeated,
        extra + other.extra);
  }

  /** All errors. */
  public int errors() {
    return substitutions + deletions + insertions;
  }

  /** Errors over words said; it may be above 1. */
  public double rate() {
    return words == 0 ? Double.NaN : errors() / (double) words;
  }

  @Override
  public String toString() {
    return "%.1f %% of %d words (%d substituted, %d deleted, %d inserted)"
        .formatted(100 * rate(), words, substitutions, deletions, insertions);
  }
}
