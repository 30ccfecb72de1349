package resgen.cli.prose;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import resgen.settings.DataHome;

/**
 * The numbers of the README and of the notebooks' text are those of {@code data/results}, of the
 * presets and of the shipped files. {@code claims.txt} has a line for each sentence, see {@link
 * Claim}; in the README's sections about measurements a number without one is refused.
 */
class ProseTest {

  /** The sections of the README in which every number needs a claim. */
  private static final Set<String> MEASURED =
      Set.of("What it reaches", "The family", "Claims", "Speed");

  private static final Path ROOT = DataHome.project();
  private static final Map<Claim, String> WRITTEN = new HashMap<>();

  /** The claims by the document that they are of. */
  private static Map<String, List<Claim>> claims() throws IOException {
    Map<String, List<Claim>> out = new LinkedHashMap<>();
    List<Claim> open = new ArrayList<>();
    Path file = ROOT.resolve("lib/cli/src/test/resources/resgen/claims.txt");
    for (String line : Files.readAllLines(file)) {
      if (line.startsWith("= ")) {
        open = out.computeIfAbsent(line.substring(2).strip(), name -> new ArrayList<>());
      } else if (!line.isBlank() && !line.startsWith("#")) {
        open.add(new Claim(line.strip()));
      }
    }
    return out;
  }

  private static List<Prose> document(String name) throws IOException {
    return name.endsWith(".ipynb")
        ? Prose.of(
            String.join("\n\n", Notebooks.cells(ROOT, name.replace("notebooks/", ""), "markdown")))
        : Prose.of(Files.readString(ROOT.resolve(name)));
  }

  @Test
  void everyClaimStandsAsTheDataHaveIt() throws IOException {
    List<String> wrong = new ArrayList<>();
    for (Map.Entry<String, List<Claim>> entry : claims().entrySet()) {
      List<Prose> document = document(entry.getKey());
      for (Claim claim : entry.getValue()) {
        try {
          String written = written(claim);
          if (document.stream().noneMatch(prose -> prose.text().contains(written))) {
            wrong.add(entry.getKey() + " does not say: " + written);
          }
        } catch (RuntimeException e) {
          wrong.add(claim.text() + ": " + e.getMessage());
        }
      }
    }
    assertEquals("", String.join("\n", wrong));
  }

  @Test
  void noNumberOfAMeasurementIsWithoutAClaim() throws IOException {
    List<String> claims = new ArrayList<>();
    for (Claim claim : claims().get("README.md")) {
      claims.add(written(claim));
    }
    List<String> wrong = new ArrayList<>();
    int seen = 0;
    for (Prose prose : document("README.md")) {
      if (MEASURED.contains(prose.section())) {
        seen++;
        wrong.addAll(prose.uncovered(claims));
      }
    }
    assertTrue(seen > 60, "only " + seen + " pieces of prose were found");
    assertEquals("", String.join("\n", wrong));
  }

  /** Exercises and what is counted by hand beside formulas stand in learn/, and are not asked. */
  @Test
  void noNumberOfANotebookOfMeasurementsIsWithoutAClaim() throws IOException {
    List<String> notebooks = new ArrayList<>(List.of("notebooks/00-quickstart.ipynb"));
    try (DirectoryStream<Path> all =
        Files.newDirectoryStream(ROOT.resolve("notebooks/reproduce"), "*.ipynb")) {
      all.forEach(path -> notebooks.add("notebooks/reproduce/" + path.getFileName()));
    }
    List<String> wrong = new ArrayList<>();
    for (String notebook : notebooks) {
      List<String> claims = new ArrayList<>(List.of("Table 1", "Table 2", "Table 7"));
      claims.addAll(List.of("Figure 2", "Figure 4"));
      claims().getOrDefault(notebook, List.of()).forEach(claim -> claims.add(written(claim)));
      for (Prose prose : document(notebook)) {
        prose.uncovered(claims).forEach(number -> wrong.add(notebook + ": " + number));
      }
    }
    assertTrue(notebooks.size() > 10, notebooks.toString());
    assertEquals("", String.join("\n", wrong));
  }

  private static String written(Claim claim) {
    return WRITTEN.computeIfAbsent(claim, Claim::written);
  }

  @Test
  void aNumberThatIsNotTheDatasIsFound() {
    Prose right = new Prose("", "starts in 1.7 s, `v2` of [it](x3.md), 60 ms");

    assertEquals(
        "starts in 1.7 s",
        new Claim("starts in {kernel-latency[starts=7].ready_ms / 1000 : 1} s").written());
    assertEquals(List.of(), right.uncovered(List.of("starts in 1.7 s", "60 ms")));
    assertEquals(1, right.uncovered(List.of("starts in 1.6 s", "60 ms")).size());
    assertEquals(2, right.uncovered(List.of("in 1")).size());
    assertEquals("62 calls", new Claim("{plan[circle 64 1024].calls : 0} calls").written());
    Prose formula = new Prose("", "of $256^8 = 2^{64}$ points $$1 + 1$$ the 64 first");
    assertEquals(1, formula.uncovered(List.of()).size());
  }

  @Test
  void whatIsNotMeasuredIsNoNumber() {
    for (String source :
        List.of(
            "kernel-latency[starts=8].ready_ms",
            "table1[resgen guided T=17].distance",
            "paper/table1_ablation[model=None].fid_cfg",
            "log[no such (\\d+) words].value",
            "1.7")) {
      assertThrows(IllegalArgumentException.class, () -> Source.of(source), source);
    }
  }
}
