package resgen.kernel;

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
}
