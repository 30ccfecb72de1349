package resgen.kernel.output;

import com.google.gson.JsonObject;

/**
 * Where a cell's output goes: a Jupyter client, or a notebook file.
 *
 * <p>Bundles are objects with {@code data}, {@code metadata} and, with a display id, {@code
 * transient}, as in Jupyter's {@code display_data}.
 */
public interface Sink {
  /** Text of standard output or standard error. */
  void stream(boolean error, String text);

  /** Shows a bundle. */
  void display(JsonObject bundle);

  /** Replaces what was shown under the bundle's display id. */
  void update(JsonObject bundle);

  /**
   * Removes the cell's output.
   *
   * @param wait until the next output comes, which avoids flicker
   */
  void clear(boolean wait);

  /** A line the user types, or null where there is nobody to ask. */
  default String readLine(String prompt, boolean password) {
    return null;
  }
}
