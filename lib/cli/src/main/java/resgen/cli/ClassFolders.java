package resgen.cli;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** Names of folders for classes, whatever the classes are called. */
final class ClassFolders {

  private static final int LONGEST = 60;

  /** Names that Windows keeps for devices, alone and before a dot. */
  private static final Pattern DEVICE =
      Pattern.compile("(?i)(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\\..*)?");

  private ClassFolders() {}

  /**
   * A folder name for each class: its letters, digits, {@code . _ -}, and a dash for all else. None
   * begins or ends with a dot or is that of a device, and no two are equal, upper and lower case
   * and normal forms being the same: what one system keeps apart another may not.
   *
   * @param classes their names, which may be equal
   */
  static List<String> of(List<String> classes) {
    Set<String> taken = new HashSet<>();
    List<String> folders = new ArrayList<>();
    for (int i = 0; i < classes.size(); i++) {
      String folder = safe(classes.get(i));
      String free = folder;
      for (int n = i; !taken.add(folded(free)); n++) {
        free = folder + "-" + n;
      }
      folders.add(free);
    }
    return folders;
  }

  /** Without case: of ß and ſ too, which lower case alone keeps. */
  private static String folded(String name) {
    String folded = name.toUpperCase(Locale.ROOT).toLowerCase(Locale.ROOT);
    return Normalizer.normalize(folded, Normalizer.Form.NFC);
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
    safe = safe.replaceAll("\\.+$", "_");
    if (DEVICE.matcher(safe).matches()) {
      return "_" + safe;
    }
    return safe.isEmpty() ? "class" : safe;
  }
}
