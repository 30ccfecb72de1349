package resgen.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class InfoTest {

  @Test
  void withoutANameItListsWhatThereIs() {
    List<String> lines = Cli.run("info").out().lines().toList();

    assertTrue(lines.containsAll(List.of("tokenizer/small", "resgen/small", "resgen/paper-rvq16")));
  }

  @Test
  void everyPresetIsShown() {
    for (String name : Cli.run("info").out().lines().filter(l -> l.contains("/")).toList()) {
      Cli info = Cli.run("info", name);

      assertEquals(Main.OK, info.exitCode(), name + "\n" + info.err());
      assertTrue(info.out().startsWith("{"), name);
      assertTrue(info.out().contains("in all"), name);
    }
  }

  @Test
  void thePapersModelHasThePapersSize() {
    String last =
        Cli.run("info", "resgen/paper-rvq16").out().lines().toList().stream()
            .filter(line -> line.endsWith("in all"))
            .findFirst()
            .orElseThrow();
    double millions = Long.parseLong(last.replaceAll("\\D", "")) / 1e6;

    assertEquals(576, millions, 5.76);
  }

  @Test
  void whatThereIsNotIsRefused() {
    for (String name : List.of("tokenizer/huge", "resgen/huge", "no-such-checkpoint")) {
      Cli info = Cli.run("info", name);

      assertEquals(Main.USAGE, info.exitCode(), name);
      assertTrue(info.err().contains(name.replaceFirst("^(tokenizer|resgen)/", "")), info.err());
    }
    Cli info = Cli.run("info", "a/b");
    assertEquals(Main.USAGE, info.exitCode());
    assertTrue(info.err().contains("no model 'a'"), info.err());
  }
}
