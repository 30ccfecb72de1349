package resgen.golden;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * The ids by which measured numbers and trained models are found are those that they were kept
 * under: hashes of settings, which a renamed setting would change. All are compared as equal. See
 * {@link Golden} on how a file is remade.
 */
class GoldenIdsTest {

  private static final String EXPERIMENTS = "experiment-ids.txt";
  private static final String RESULTS = "result-ids.txt";
  private static final String UNCLAIMED = "unclaimed";

  @Test
  void experimentsHaveTheSameIds() {
    Golden.check(EXPERIMENTS, GoldenStudies.ids(), Golden.exact());
  }

  @Test
  void everyIdOfTheResultsIsStillThereAndStillComputed() {
    Set<String> computed =
        GoldenStudies.ids().values().stream()
            .flatMap(ids -> Arrays.stream(ids.split(" ")))
            .collect(Collectors.toSet());
    computed.addAll(GoldenStudies.otherIds());
    Map<String, Set<String>> held = GoldenStudies.resultIds();
    if (Golden.writes()) {
      Golden.check(RESULTS, lines(held, computed), Golden.exact());
    }
    Map<String, String> golden = new LinkedHashMap<>(Golden.read(RESULTS));
    List<String> unclaimed = Arrays.asList(golden.remove(UNCLAIMED).split(" "));
    List<String> lost = new ArrayList<>();
    golden.forEach(
        (file, ids) -> {
          for (String id : ids.split(" ")) {
            if (!held.getOrDefault(file, Set.of()).contains(id)) {
              lost.add(id + " is no longer in the results " + file);
            }
            if (!computed.contains(id) && !unclaimed.contains(id)) {
              lost.add(id + " of the results " + file + " is computed by no experiment");
            }
          }
        });
    assertEquals(List.of(), lost);
  }

  /**
   * Ids by file; those that nothing here computes: the hash of an extractor that is not shipped.
   */
  private static Map<String, String> lines(Map<String, Set<String>> held, Set<String> computed) {
    Map<String, String> lines = new LinkedHashMap<>();
    held.forEach((file, ids) -> lines.put(file, String.join(" ", ids)));
    lines.put(
        UNCLAIMED,
        held.values().stream()
            .flatMap(Set::stream)
            .distinct()
            .filter(id -> !computed.contains(id))
            .collect(Collectors.joining(" ")));
    return lines;
  }
}
