package resgen.torch;

import java.util.List;

/**
 * Whether a CUDA device may multiply float32 matrices and convolve in TF32, which keeps 10 of the
 * 23 bits of the mantissa. It is libtorch's, for the whole process: {@code off} unless asked for,
 * so that fp32 is float32 (libtorch by itself lets convolutions use TF32).
 */
final class Tf32 {

  /**
   * The property, in capitals with underscores the environment variable, that holds the setting.
   */
  static final String PROPERTY = "resgen.tf32";

  private static final List<String> SETTERS =
      List.of("_ZN2at7Context18setAllowTF32CuBLASEb", "_ZN2at7Context17setAllowTF32CuDNNEb");
  private static final List<String> GETTERS =
      List.of("_ZNK2at7Context15allowTF32CuBLASEv", "_ZNK2at7Context14allowTF32CuDNNEv");

  private Tf32() {}

  /**
   * What the system property {@value #PROPERTY} says, or else {@code RESGEN_TF32}, or else off.
   *
   * @throws IllegalArgumentException if it is another word
   */
  static boolean setting() {
    String word = System.getProperty(PROPERTY, System.getenv().getOrDefault("RESGEN_TF32", "off"));
    if (!List.of("on", "off").contains(word)) {
      throw new IllegalArgumentException("tf32 '" + word + "' is not one of on, off");
    }
    return word.equals("on");
  }

  /**
   * Sets it.
   *
   * @throws IllegalStateException if this libtorch has no such setting
   */
  static void set(boolean on) {
    SETTERS.forEach(setter -> ProcessSettings.set(setter, on));
  }

  /** Whether both products and convolutions may. */
  static boolean isOn() {
    return GETTERS.stream().allMatch(ProcessSettings::get);
  }
}
