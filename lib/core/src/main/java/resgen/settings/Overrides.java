package resgen.settings;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Changes of single settings, each named by its path: {@code quantizer.depth=16}. */
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
    String[] keys = path.split("\\.", -1);
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
