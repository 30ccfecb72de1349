package resgen.cli;

import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Words for classes. */
final class ClassNames {

  private ClassNames() {}

  /**
   * The classes that words stand for: the one of exactly that name; else the one of that name in
   * upper or lower case; else the one of that number.
   *
   * @param names of all classes, by label
   * @return their labels
   * @throws IllegalArgumentException naming the first word that stands for none or for several
   */
  static int[] find(List<String> words, List<String> names) {
    return words.stream().mapToInt(word -> find(word, names)).toArray();
  }

  private static int find(String word, List<String> names) {
    String trimmed = word.strip();
    List<Predicate<String>> ways =
        List.of(word::equals, trimmed::equals, trimmed::equalsIgnoreCase);
    for (Predicate<String> way : ways) {
      int[] found = IntStream.range(0, names.size()).filter(i -> way.test(names.get(i))).toArray();
      if (found.length == 1) {
        return found[0];
      }
      if (found.length > 1) {
        throw new IllegalArgumentException(
            "--classes: '%s' may be %s; give one of these names exactly, or its number"
                .formatted(word, named(found, names)));
      }
    }
    if (trimmed.matches("\\d{1,9}") && Integer.parseInt(trimmed) < names.size()) {
      return Integer.parseInt(trimmed);
    }
    throw new IllegalArgumentException(
        "--classes: no class '%s'; there are %s, or 0 to %d"
            .formatted(word, String.join(", ", names), names.size() - 1));
  }

  private static String named(int[] classes, List<String> names) {
    return IntStream.of(classes)
        .mapToObj(i -> "'%s' (%d)".formatted(names.get(i), i))
        .collect(Collectors.joining(" or "));
  }
}
