package resgen.lab.study;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import resgen.settings.Json;

/**
 * An experiment's file with those that it builds on: JSON that says only what differs from its
 * {@code base}.
 *
 * <p>The keys, all of them optional:
 *
 * <ul>
 *   <li>{@code base}: another file, by its path under the folder of experiments, without {@code
 *       .json};
 *   <li>{@code about}: one line in words;
 *   <li>{@code tokenizer}: the name of a shipped one, or {@code {"preset": …, "settings": …,
 *       "training": …}} of one to train;
 *   <li>{@code model}, {@code preset}: as in {@code resgen train};
 *   <li>{@code settings}, {@code training}, {@code sampling}: changes of single settings by their
 *       paths, as {@code --set} takes them; a base's changes stay unless they are changed again;
 *   <li>{@code checkpoint}: a shipped model that is taken if it is there;
 *   <li>{@code samples}, {@code seeds}: how many images for a number, and with which seeds; no
 *       samples to train only;
 *   <li>{@code sweep}: values to be tried, by the paths of sampling settings; all combinations.
 * </ul>
 */
final class ExperimentFile {

  private static final String BASE = "base";
  private static final Set<String> MERGED = Set.of("settings", "training", "sampling");
  private static final Set<String> KEYS =
      new LinkedHashSet<>(
          List.of(
              BASE,
              "about",
              "tokenizer",
              "model",
              "preset",
              "settings",
              "training",
              "sampling",
              "checkpoint",
              "samples",
              "seeds",
              "sweep"));

  private ExperimentFile() {}

  /**
   * Everything that the file and its bases say, the file's word before theirs.
   *
   * @param name path under the folder, without {@code .json}
   * @throws IllegalArgumentException naming the file and a key that is unknown, a base that is
   *     missing, or a base that builds on itself
   */
  static Map<String, Object> read(Path folder, String name) {
    return read(folder, name, new LinkedHashSet<>());
  }

  private static Map<String, Object> read(Path folder, String name, Set<String> above) {
    Path path = folder.resolve(name + ".json");
    if (!above.add(name)) {
      throw new IllegalArgumentException(path + ": bases in a circle: " + above + ", " + name);
    }
    if (!Files.isRegularFile(path)) {
      throw new IllegalArgumentException("no experiment '" + name + "': there is no file " + path);
    }
    Map<String, Object> own = new LinkedHashMap<>();
    Json.read(path, Map.class).forEach((key, value) -> own.put(check(path, key), value));
    Object base = own.remove(BASE);
    if (base == null) {
      return own;
    }
    Map<String, Object> merged = read(folder, base.toString(), above);
    own.forEach(
        (key, value) ->
            merged.merge(key, value, MERGED.contains(key) ? ExperimentFile::merge : (a, b) -> b));
    return merged;
  }

  private static String check(Path path, Object key) {
    if (!KEYS.contains(key)) {
      throw new IllegalArgumentException(
          path + ": unknown key '" + key + "'; allowed keys: " + String.join(", ", KEYS));
    }
    return (String) key;
  }

  private static Object merge(Object base, Object own) {
    if (!(base instanceof Map<?, ?> before) || !(own instanceof Map<?, ?> changes)) {
      return own;
    }
    Map<Object, Object> merged = new LinkedHashMap<>(before);
    merged.putAll(changes);
    return merged;
  }
}
