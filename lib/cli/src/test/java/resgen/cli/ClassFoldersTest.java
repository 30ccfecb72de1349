package resgen.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ClassFoldersTest {

  @Test
  void usualNamesAreKept() {
    assertEquals(
        List.of("T-shirt-top", "Ankle-boot", "n01440764", "猫", "犬", "été"),
        ClassFolders.of(List.of("T-shirt/top", "Ankle boot", "n01440764", "猫", "犬", "été")));
  }

  @Test
  void noNameLeavesTheFolderAndNoTwoAreEqual() {
    List<String> odd =
        List.of(
            "..",
            ".",
            "",
            "/",
            "../..",
            "a/b",
            "a-b",
            "a b",
            "A-B",
            "a-b-6",
            "x".repeat(400),
            "..",
            "e\u0301te\u0301",
            "\u00e9t\u00e9",
            "\u00c9T\u00c9",
            "Stra\u00dfe",
            "STRASSE",
            "\u200b",
            " ",
            "CON",
            "con",
            "aux.png",
            "LPT1",
            "a.",
            "a..",
            "a");
    List<String> folders = ClassFolders.of(odd);
    Path root = Path.of("/samples");
    Set<String> distinct = new HashSet<>();
    for (String folder : folders) {
      assertEquals(root, root.resolve(folder).normalize().getParent(), folder);
      assertTrue(!folder.startsWith(".") && folder.length() < 100, folder);
      assertTrue(distinct.add(folder.toUpperCase(Locale.ROOT).toLowerCase(Locale.ROOT)), folder);
      assertTrue(!folder.endsWith("."), folder);
      assertTrue(!folder.matches("(?i)(con|aux|lpt1)([.].*)?"), folder);
    }
    assertEquals(odd.size(), folders.size());
  }
}
