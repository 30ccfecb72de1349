package resgen.settings;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Brings settings of older versions up to the present form, as trees of JSON. A change of a form is
 * a new version here, so that no file is orphaned by a new name.
 *
 * <ul>
 *   <li>1: a type a model, {@code {"type": "ResGenSettings", "tokens": …, "mixture": …}}, without a
 *       version.
 *   <li>2: {@code {"version": 2, "model": …, "objective": …}}: one backbone with swapped parts, and
 *       how it is trained apart from what it is.
 * </ul>
 */
public final class Migrations {

  /** The present version of a generator's settings. */
  public static final int VERSION = 2;

  /** What version 1 had, whatever the model. */
  private static final Set<String> KEYS =
      Set.of(
          "version",
          "type",
          "tokens",
          "backbone",
          "conditioning",
          "mixture",
          "mlp",
          "depthLayers",
          "masking",
          "masks",
          "classDrop",
          "precision");

  private Migrations() {}

  /**
   * A generator's settings in the present form.
   *
   * @param tree of any version; not changed
   * @throws IllegalArgumentException if it is of a version from the future, or of none that was
   */
  public static Map<String, Object> model(Map<String, Object> tree) {
    Object version = tree.getOrDefault("version", 1);
    if (version.equals(1)) {
      return fromTypes(tree);
    } else if (version.equals(VERSION)) {
      return new LinkedHashMap<>(tree);
    }
    throw new IllegalArgumentException(
        "settings of version " + version + "; this program knows versions 1 … " + VERSION);
  }

  private static Map<String, Object> fromTypes(Map<String, Object> old) {
    Map<String, Object> model = new LinkedHashMap<>();
    Map<String, Object> objective = new LinkedHashMap<>();
    // The first files had no type: there was ResGen alone.
    String type = old.getOrDefault("type", "ResGenSettings").toString();
    only(old, "", KEYS);
    Map<String, Object> tokens = map(old, "tokens");
    only(tokens, "tokens.", Set.of("grid", "depth", "codes", "dimension", "classes"));
    Object grid = tokens.get("grid");
    model.put(
        "tokens",
        object(
            "layout", object("type", "Grid", "height", grid, "width", grid),
            "depth", tokens.get("depth"),
            "codes", tokens.get("codes"),
            "dimension", tokens.get("dimension")));
    model.put("backbone", old.get("backbone"));
    model.put("condition", object("type", "Classes", "count", tokens.get("classes")));
    model.put("precision", old.get("precision"));
    objective.put("masking", old.get("masking"));
    objective.put("bound", null);
    switch (type) {
      case "ResGenSettings" -> {
        model.put("order", masked(old, masks(old)));
        model.put("head", mixture(map(old, "mixture")));
        objective.put("bound", bound(map(old, "mixture")));
      }
      case "DirectTokensSettings" -> {
        model.put("order", masked(old, masks(old)));
        model.put("head", object("type", "Categorical"));
      }
      case "DepthwiseMaskGitSettings" -> {
        model.put("order", masked(old, "depthwise"));
        model.put("head", object("type", "Categorical"));
      }
      case "RqTransformerSettings" -> {
        model.put("order", object("type", "Causal"));
        model.put("head", object("type", "DepthTransformer", "layers", old.get("depthLayers")));
      }
      case "ArResGenSettings" -> {
        Map<String, Object> mixture = mixture(map(old, "mixture"));
        model.put("order", object("type", "Causal"));
        model.put("head", object("type", "MixtureMlp", "mlp", old.get("mlp"), "mixture", mixture));
        objective.put("bound", bound(map(old, "mixture")));
      }
      default ->
          throw new IllegalArgumentException("settings of type '" + type + "' are of no generator");
    }
    objective.put(
        "conditionDrop",
        old.containsKey("conditioning")
            ? map(old, "conditioning").get("classDrop")
            : old.get("classDrop"));
    return object("version", VERSION, "model", model, "objective", objective);
  }

  private static String masks(Map<String, Object> old) {
    return old.getOrDefault("masks", "PREFIX").toString().toLowerCase(Locale.ROOT);
  }

  private static Map<String, Object> masked(Map<String, Object> old, String law) {
    Map<String, Object> c = map(old, "conditioning");
    only(
        c,
        "conditioning.",
        Set.of("stateWidth", "state", "positions", "classInInput", "classDrop"));
    return object(
        "type", "Masked",
        "masks", law,
        "stateWidth", c.get("stateWidth"),
        "state", c.get("state"),
        "positions", c.get("positions"),
        "conditionInInput", c.get("classInInput"));
  }

  private static Map<String, Object> mixture(Map<String, Object> old) {
    only(
        old,
        "mixture.",
        Set.of(
            "components",
            "means",
            "rank",
            "sharpness",
            "prior",
            "smoothing",
            "minLogScale",
            "weights"));
    boolean anchored = "ANCHORED".equals(old.get("means")); // they bring their own least scale
    return object(
        "type",
        "Mixture",
        "components",
        old.get("components"),
        "means",
        old.get("means"),
        "rank",
        "FULL".equals(old.get("means")) ? 0 : old.get("rank"),
        "minLogScale",
        anchored ? 0.0 : old.get("minLogScale"));
  }

  private static Map<String, Object> bound(Map<String, Object> old) {
    Map<String, Object> weights = map(old, "weights");
    only(weights, "mixture.weights.", Set.of("kl", "regression", "gradient", "perToken"));
    return object(
        "sharpness", old.get("sharpness"),
        "prior", old.getOrDefault("prior", 0.0),
        "smoothing", old.get("smoothing"),
        "kl", weights.get("kl"),
        "regression", weights.get("regression"),
        "gradient", weights.get("gradient"),
        "perToken", weights.get("perToken"));
  }

  /** Nothing of a file is dropped in silence. */
  private static void only(Map<String, Object> tree, String prefix, Set<String> known) {
    for (String key : tree.keySet()) {
      if (!known.contains(key)) {
        throw new IllegalArgumentException(
            "settings of version 1 have no '%s%s'; they have %s"
                .formatted(prefix, key, String.join(", ", new TreeSet<>(known))));
      }
    }
  }

  @SuppressWarnings("unchecked") // keys of JSON are strings
  private static Map<String, Object> map(Map<String, Object> tree, String key) {
    if (tree.get(key) instanceof Map<?, ?> map) {
      return (Map<String, Object>) map;
    }
    throw new IllegalArgumentException("settings without '" + key + "'");
  }

  private static Map<String, Object> object(Object... pairs) {
    Map<String, Object> map = new LinkedHashMap<>();
    for (int i = 0; i < pairs.length; i += 2) {
      map.put((String) pairs[i], pairs[i + 1]);
    }
    return map;
  }
}
