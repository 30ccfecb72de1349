package resgen.kernel;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import resgen.kernel.eval.CellError;

/**
 * A cell that ran.
 *
 * @param count the number n of {@code Out [n]}
 * @param value the bundle to show as the result, or null
 * @param error why it failed, or null
 */
public record CellResult(int count, JsonObject value, CellError error) {
  /** Whether all of the cell ran. */
  public boolean ok() {
    return error == null;
  }

  /** The text of the value, or null. */
  String text() {
    JsonElement text = value == null ? null : value.getAsJsonObject("data").get("text/plain");
    return text == null ? null : text.getAsString();
  }
}
