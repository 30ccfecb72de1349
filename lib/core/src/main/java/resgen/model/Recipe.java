package resgen.model;

import java.util.LinkedHashMap;
import java.util.Map;
import resgen.head.Objective;
import resgen.settings.Json;
import resgen.settings.Migrations;

/**
 * All settings of a generator: what it is and how it is trained.
 *
 * @param model what it is
 * @param objective how it is trained
 */
public record Recipe(ModelSpec model, Objective objective) {

  public Recipe {
    model.check(objective);
  }

  /** With products in another number format. */
  public Recipe precision(String format) {
    return new Recipe(model.precision(format), objective);
  }

  /** One line of JSON with the version of its form. */
  public String json() {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("version", Migrations.VERSION);
    tree.put("model", model);
    tree.put("objective", objective);
    return Json.line(tree);
  }

  /**
   * Settings from JSON of any version.
   *
   * @throws IllegalArgumentException naming what is wrong
   */
  @SuppressWarnings("unchecked") // keys of JSON are strings
  public static Recipe read(String json) {
    Map<String, Object> tree = Migrations.model(Json.read(json, Map.class));
    tree.remove("version");
    return Json.read(Json.line(tree), Recipe.class);
  }
}
