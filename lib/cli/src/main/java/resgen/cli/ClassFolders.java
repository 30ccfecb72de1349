package resgen.cli;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Names of folders for classes, whatever the classes are called. */
final class ClassFolders {

  private static final int LONGEST = 60;

  private ClassFolders() {}

  /**
   * A folder name for each class: its letters, digits, {@code . _ -}, and a dash for all else. None
   * begins with a dot, and no two are equal, upper and lower case being the same.
   *
   * @param classes their names, which may be equal
   */
  static List<String> of(List<String> classes) {
    Set<String> taken = new HashSet<>();
    List<String> folders = new ArrayList<>();
    for (int i = 0; i < classes.size(); i++) {
      String folder = safe(classes.get(i));
      String free = folder;
      for (int n = i; !taken.add(free.toLowerCase(Locale.ROOT)); n++) {
        free = folder + "-" + n;
      }
      folders.add(free);
    }
    return folders;
  }

  private static String safe(String name) {
    String safe =
        Normalizer.normalize(name, Normalizer.Form.NFC)
            .replaceAll("[^\\p{L}\\p{M}\\p{N}._-]+", "-")
            .replaceAll("^\\.+", "_");
    safe =
        safe.substring(
            0,
            safe.offsetByCodePoints(0, Math.min(LONGEST, safe.codePointCount(0, safe.length()))));
    return safe.isEmpty() ? "class" : safe;
  }
}
