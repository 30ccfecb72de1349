package resgen.settings;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Changes of single settings, each named by its path: {@code quantizer.depth=16}. The end of a path
 * is enough where no other ends so: {@code depth=16}.
 */
public final class Overrides {

  private static final ObjectMapper MAPPER = new ObjectMapper();

  private Overrides() {}

  /**
   * The settings with changes.
   *
   * @param changes values by path; a value is JSON, or else a text
   * @throws IllegalArgumentException naming the path that is unknown and what there is, or with the
   *     settings' own word on a bad value
   */
  public static <T> T apply(T settings, Class<T> type, Map<String, String> changes) {
    if (changes.isEmpty()) {
      return settings;
    }
    try {
      JsonNode tree = MAPPER.readTree(Json.wholeLine(settings));
      changes.forEach((path, value) -> change(tree, path, value));
      return Json.read(MAPPER.writeValueAsString(tree), type);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void change(JsonNode tree, String path, String value) {
    String[] keys = whole(tree, path).split("\\.", -1);
    JsonNode at = tree;
    for (int i = 0; i < keys.length; i++) {
      if (!(at instanceof ObjectNode node) || !node.has(keys[i])) {
        throw new IllegalArgumentException(
            "no setting '%s'; there are %s".formatted(path, String.join(", ", paths(tree))));
      }
      if (i == keys.length - 1) {
        node.set(keys[i], parse(value));
      }
      at = node.get(keys[i]);
    }
  }

  /** The path that is meant: itself, or the one that ends with it. */
  private static String whole(JsonNode tree, String path) {
    if (!tree.at("/" + path.replace('.', '/')).isMissingNode()) {
      return path;
    }
    List<String> all = new ArrayList<>();
    nodes(tree, "", all);
    List<String> ending = all.stream().filter(known -> known.endsWith("." + path)).toList();
    if (ending.size() > 1) {
      throw new IllegalArgumentException(
          "setting '%s' may be each of %s".formatted(path, String.join(", ", ending)));
    }
    return ending.isEmpty() ? path : ending.get(0);
  }

  private static void nodes(JsonNode tree, String prefix, List<String> into) {
    tree.fields()
        .forEachRemaining(
            field -> {
              into.add(prefix + field.getKey());
              nodes(field.getValue(), prefix + field.getKey() + ".", into);
            });
  }

  private static JsonNode parse(String value) {
    try {
      JsonNode node = MAPPER.readTree(value);
      return node.isMissingNode() ? TextNode.valueOf(value) : node;
    } catch (JsonProcessingException e) {
      return TextNode.valueOf(value);
    }
  }

  /** Every path that holds a value. */
  private static List<String> paths(JsonNode tree) {
    List<String> paths = new ArrayList<>();
    tree.fields()
        .forEachRemaining(
            field -> {
              if (field.getValue().isObject()) {
                paths(field.getValue()).forEach(path -> paths.add(field.getKey() + "." + path));
              } else {
                paths.add(field.getKey());
              }
            });
    return paths;
  }
}
