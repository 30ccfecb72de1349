package resgen.model;

import java.util.Map;
import resgen.head.Objective;
import resgen.settings.Json;
import resgen.settings.Migrations;

/**
 * All settings of a generator: what it is and how it is trained.
 *
 * @param version of this form, for {@link Migrations}
 * @param model what it is
 * @param objective how it is trained
 */
public record Recipe(int version, ModelSpec model, Objective objective) {

  public Recipe {
    if (version != Migrations.VERSION) {
      throw new IllegalArgumentException(
          "version " + version + " of settings, not " + Migrations.VERSION);
    }
    model.check(objective);
  }

  /** Settings in the present form. */
  public Recipe(ModelSpec model, Objective objective) {
    this(Migrations.VERSION, model, objective);
  }

  /** With products in another number format. */
  public Recipe precision(String format) {
    return new Recipe(model.precision(format), objective);
  }

  /** With another way of training. */
  public Recipe objective(Objective other) {
    return new Recipe(model, other);
  }

  /** With another model, trained in the same way. */
  public Recipe model(ModelSpec other) {
    return new Recipe(other, objective);
  }

  /**
   * Settings from JSON of any version.
   *
   * @throws IllegalArgumentException naming what is wrong
   */
  @SuppressWarnings("unchecked") // keys of JSON are strings
  public static Recipe read(String json) {
    return Json.read(Json.line(Migrations.model(Json.read(json, Map.class))), Recipe.class);
  }
}
