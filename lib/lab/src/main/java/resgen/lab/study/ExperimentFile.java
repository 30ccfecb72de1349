package resgen.lab.study;

import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import resgen.settings.Json;

/**
 * A file of experiments, with those that it builds on: JSON that says only what differs from its
 * {@code base}.
 *
 * <p>The keys, all of them optional:
 *
 * <ul>
 *   <li>{@code base}: another file, by its path under the folder of experiments, without {@code
 *       .json};
 *   <li>{@code about}: one line in words;
 *   <li>{@code data}: name of a data set, as {@code fashion-mnist}, or a folder; {@code metrics}:
 *       names of what is measured, else the usual ones;
 *   <li>{@code tokenizer}: the name of a shipped one, or {@code {"preset": …, "settings": …,
 *       "training": …}} of one to train;
 *   <li>{@code model}, {@code preset}: as in {@code resgen train};
 *   <li>{@code settings}, {@code training}, {@code sampling}: changes of single settings by their
 *       paths, as {@code --set} takes them; a base's changes stay unless they are changed again;
 *   <li>{@code checkpoint}: a shipped model that is taken if it is there;
 *   <li>{@code samples}, {@code seeds}: how many samples for a number, and with which seeds; no
 *       samples to train only;
 *   <li>{@code sweep}: values to be tried, by path; all combinations. A path of sampling settings,
 *       as {@code pace.steps}, adds ways of sampling to the experiment. A path that begins with
 *       {@code training.}, {@code settings.} or {@code tokenizer} makes an experiment of each
 *       value, {@code NAME-VALUE}; its values are a list, or an object of values by the words that
 *       stand for them in names;
 *   <li>{@code variants}: experiments by their titles, each with what differs from the file, which
 *       then has none of its own name. A variant may have a {@code base} if the file has none.
 * </ul>
 */
final class ExperimentFile {

  private static final String BASE = "base";
  private static final String SWEEP = "sweep";
  private static final String VARIANTS = "variants";
  private static final Set<String> MERGED = Set.of("settings", "training", "sampling");
  private static final List<String> OF_MODELS = List.of("settings.", "training.", "tokenizer");
  private static final Set<String> KEYS =
      new LinkedHashSet<>(
          List.of(
              BASE,
              "about",
              "data",
              "metrics",
              "tokenizer",
              "model",
              "preset",
              "settings",
              "training",
              "sampling",
              "checkpoint",
              "samples",
              "seeds",
              SWEEP,
              VARIANTS));

  private final Path folder;

  private ExperimentFile(Path folder) {
    this.folder = folder;
  }

  /**
   * All experiments of a file by their names, each with everything that the file and its bases say,
   * the file's word before theirs.
   *
   * @param name path under the folder, without {@code .json}
   * @throws IllegalArgumentException naming the file and a key that is unknown, a base that is
   *     missing, or a base that builds on itself
   */
  static Map<String, Map<String, Object>> read(Path folder, String name) {
    ExperimentFile files = new ExperimentFile(folder);
    Map<String, Map<String, Object>> experiments = new LinkedHashMap<>();
    try {
      files.variants(name).forEach((title, file) -> files.sweeps(title, file, experiments));
    } catch (IllegalArgumentException e) {
      String message = e.getMessage();
      throw new IllegalArgumentException(
          message.contains(".json") ? message : files.path(name) + ": " + message, e);
    }
    return experiments;
  }

  private Path path(String name) {
    return folder.resolve(name + ".json");
  }

  private Map<String, Map<String, Object>> variants(String name) {
    Map<String, Object> own = own(name);
    if (!own.containsKey(VARIANTS)) {
      return Map.of(name, whole(own, new LinkedHashSet<>(Set.of(name))));
    }
    Map<String, Map<String, Object>> all = new LinkedHashMap<>();
    String study = name.substring(0, name.lastIndexOf('/') + 1);
    object(own.remove(VARIANTS), VARIANTS)
        .forEach(
            (title, changes) -> {
              Map<String, Object> variant = checked(name, object(changes, "variant " + title));
              if (variant.containsKey(VARIANTS)
                  || own.containsKey(BASE) && variant.containsKey(BASE)) {
                throw new IllegalArgumentException(
                    "variant %s has variants of its own, or a base beside the file's"
                        .formatted(title));
              }
              all.put(
                  study + word(title),
                  whole(merge(own, variant), new LinkedHashSet<>(Set.of(name))));
            });
    return all;
  }

  private Map<String, Object> own(String name) {
    Path path = path(name);
    if (!Files.isRegularFile(path)) {
      throw new IllegalArgumentException("no experiment '" + name + "': there is no file " + path);
    }
    return checked(name, object(Json.read(path, Map.class), "file"));
  }

  private Map<String, Object> checked(String name, Map<String, Object> object) {
    for (String key : object.keySet()) {
      if (!KEYS.contains(key)) {
        throw new IllegalArgumentException(
            path(name) + ": unknown key '" + key + "'; allowed keys: " + String.join(", ", KEYS));
      }
    }
    return object;
  }

  /** With everything that the bases say. */
  private Map<String, Object> whole(Map<String, Object> own, Set<String> above) {
    Map<String, Object> changes = new LinkedHashMap<>(own);
    Object base = changes.remove(BASE);
    if (base == null) {
      return changes;
    }
    if (!above.add(base.toString())) {
      throw new IllegalArgumentException(
          path(base.toString()) + ": bases in a circle: " + above + ", " + base);
    }
    Map<String, Object> below = own(base.toString());
    if (below.containsKey(VARIANTS)) {
      throw new IllegalArgumentException(
          path(base.toString()) + " has variants, so that it can be no base");
    }
    return merge(whole(below, above), changes);
  }

  private static Map<String, Object> merge(Map<String, Object> base, Map<String, Object> own) {
    Map<String, Object> merged = new LinkedHashMap<>(base);
    own.forEach(
        (key, value) -> {
          boolean both = MERGED.contains(key) && merged.get(key) instanceof Map<?, ?>;
          if (both && value instanceof Map<?, ?>) {
            Map<String, Object> changes = object(merged.get(key), key);
            changes.putAll(object(value, key));
            merged.put(key, changes);
          } else {
            merged.put(key, value);
          }
        });
    return merged;
  }

  /** Makes an experiment of each combination of the values that change its model. */
  private void sweeps(
      String name, Map<String, Object> file, Map<String, Map<String, Object>> experiments) {
    Map<String, Object> sampling = new LinkedHashMap<>();
    Map<String, Map<String, Object>> all = new LinkedHashMap<>();
    all.put(name, file);
    Object sweep = file.remove(SWEEP);
    if (sweep != null) {
      object(sweep, "sweep")
          .forEach(
              (path, values) -> {
                if (OF_MODELS.stream().noneMatch(path::startsWith)) {
                  sampling.put(path.replaceFirst("^sampling\\.", ""), values);
                  return;
                }
                Map<String, Map<String, Object>> before = new LinkedHashMap<>(all);
                all.clear();
                before.forEach(
                    (title, one) ->
                        words(path, values)
                            .forEach(
                                (word, value) ->
                                    all.put(title + "-" + word, changed(one, path, value))));
              });
    }
    all.forEach(
        (title, one) -> {
          if (!sampling.isEmpty()) {
            one.put(SWEEP, sampling);
          }
          if (experiments.putIfAbsent(title, one) != null) {
            throw new IllegalArgumentException("experiment " + title + " is twice there");
          }
        });
  }

  /** The values of a sweep by what they are called. */
  private static Map<String, Object> words(String path, Object values) {
    Map<String, Object> words = new LinkedHashMap<>();
    if (values instanceof Map<?, ?> named) {
      named.forEach((word, value) -> words.put(word(word), value));
    } else if (values instanceof List<?> list) {
      for (Object value : list) {
        if (value instanceof Map<?, ?> || value instanceof List<?> || value == null) {
          throw new IllegalArgumentException(
              "sweep of %s: %s has no word; give an object of values by their words"
                  .formatted(path, Json.line(value)));
        }
        words.put(
            word(
                value instanceof Number number
                    ? new BigDecimal(number.toString()).toPlainString()
                    : value),
            value);
      }
      if (words.size() < list.size()) {
        throw new IllegalArgumentException("sweep of " + path + ": a value is twice in " + list);
      }
    }
    if (words.isEmpty()) {
      throw new IllegalArgumentException(
          "sweep of " + path + ": " + values + " is not a list of one value or more");
    }
    return words;
  }

  private static String word(Object value) {
    String word = value.toString();
    if (!word.matches("[A-Za-z0-9][A-Za-z0-9._-]*")) {
      throw new IllegalArgumentException(
          "'" + word + "' cannot be part of a name: letters, digits, '.', '_' and '-' can");
    }
    return word;
  }

  /** An experiment with one setting changed. */
  private static Map<String, Object> changed(Map<String, Object> one, String path, Object value) {
    Map<String, Object> changed = new LinkedHashMap<>(one);
    if (path.equals("tokenizer")) {
      changed.put(path, value);
      return changed;
    }
    String[] parts = path.split("\\.", path.startsWith("tokenizer.") ? 3 : 2);
    Map<String, Object> at = changed;
    for (int i = 0; i + 1 < parts.length; i++) {
      Object inner = at.get(parts[i]);
      Map<String, Object> copy =
          inner == null ? new LinkedHashMap<>() : object(inner, "what sweep changes, " + path);
      at.put(parts[i], copy);
      at = copy;
    }
    at.put(parts[parts.length - 1], value);
    return changed;
  }

  private static Map<String, Object> object(Object value, String what) {
    if (!(value instanceof Map<?, ?> map)) {
      throw new IllegalArgumentException(
          what + " " + Json.line(value) + " is not an object of values by path");
    }
    Map<String, Object> object = new LinkedHashMap<>();
    map.forEach((key, inner) -> object.put((String) key, inner));
    return object;
  }
}
