package resgen.settings;

import java.util.Map;
import java.util.function.Supplier;

/** Settings by name. */
public final class Presets {

  private Presets() {}

  /**
   * One of them.
   *
   * @throws IllegalArgumentException naming those there are, if there is none of this name
   */
  public static <T> T get(Map<String, Supplier<T>> presets, String name) {
    Supplier<T> preset = presets.get(name);
    if (preset == null) {
      throw new IllegalArgumentException(
          "no preset '" + name + "'; there are " + String.join(", ", presets.keySet()));
    }
    return preset.get();
  }
}
