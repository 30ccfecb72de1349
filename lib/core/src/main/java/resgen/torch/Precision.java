package resgen.torch;

/** The number format of matrix products inside kernels. Parameters stay in float32. */
public enum Precision {
  /** float32 throughout. */
  FP32,
  /** Matrix products in bfloat16, everything else in float32. */
  BF16;

  /** libtorch's scalar-type code, as TorchScript's {@code x.to(code)} takes it. */
  int scalarType() {
    return this == FP32 ? 6 : 15;
  }

  /**
   * Reads a setting.
   *
   * @param text {@code fp32}, {@code bf16}, or {@code auto} (what {@link Torch#fastest()} measures)
   */
  public static Precision of(String text) {
    return switch (text) {
      case "fp32" -> FP32;
      case "bf16" -> BF16;
      case "auto" -> Torch.fastest();
      default ->
          throw new IllegalArgumentException(
              "precision '" + text + "' is not one of fp32, bf16, auto");
    };
  }

  /**
   * Refuses a setting that {@link #of} does not know, without measuring anything.
   *
   * @throws IllegalArgumentException naming it
   */
  public static void check(String text) {
    if (!java.util.List.of("fp32", "bf16", "auto").contains(text)) {
      throw new IllegalArgumentException("precision '" + text + "' is not one of fp32, bf16, auto");
    }
  }

  /** The name used in settings. */
  public String label() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }
}
