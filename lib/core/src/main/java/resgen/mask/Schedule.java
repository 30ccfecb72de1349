package resgen.mask;

import ai.djl.ndarray.NDArray;
import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;
import java.util.function.DoubleUnaryOperator;
import java.util.function.IntFunction;
import resgen.torch.Kernel;

/**
 * A masking schedule γ: the fraction of tokens that are masked at time {@code r} in [0, 1], falling
 * to 0 at {@code r = 1} (paper, section 3.1 and table 7). The same type serves training, where r is
 * drawn, and sampling, where {@code r = t/T}; the two are independent settings.
 *
 * <p>{@code tokens} is {@code N = L·D}, the number of tokens of one sample; only exp depends on it.
 * As text and in JSON a schedule is one word: {@code circle}, {@code cosine}, {@code exp}, {@code
 * exp-full}, {@code superellipse:3}, {@code power:2}, {@code linear}. Evaluated in float64.
 */
public final class Schedule {

  private final String text;
  private final String formula; // γ of float64 tensors r and n, in TorchScript
  private final IntFunction<DoubleUnaryOperator> gamma; // of N
  private final IntFunction<DoubleUnaryOperator> inverse; // of N

  private Schedule(
      String text,
      String formula,
      IntFunction<DoubleUnaryOperator> gamma,
      IntFunction<DoubleUnaryOperator> inverse) {
    this.text = text;
    this.formula = formula;
    this.gamma = gamma;
    this.inverse = inverse;
  }

  private static Schedule of(
      String text, String formula, DoubleUnaryOperator gamma, DoubleUnaryOperator inverse) {
    return new Schedule(text, formula, tokens -> gamma, tokens -> inverse);
  }

  /** {@code √(1−r²)}, the paper's choice for all headline models. Its own inverse. */
  public static Schedule circle() {
    DoubleUnaryOperator circle = r -> Math.sqrt((1 - r) * (1 + r));
    return of("circle", "torch.sqrt((1.0 - r) * (1.0 + r))", circle, circle);
  }

  /** {@code cos(πr/2)}. */
  public static Schedule cosine() {
    return of(
        "cosine",
        "torch.cos(r * 1.5707963267948966)",
        r -> Math.cos(Math.PI / 2 * r),
        g -> Math.acos(g) * 2 / Math.PI);
  }

  /**
   * {@code 1 − N^{−(1−r)}}: few tokens early, many late. The paper prints no formula; this is
   * MaskGIT's, which fits its description. γ(0) is 1 − 1/N, so training with it never sees the
   * fully masked state from which sampling starts.
   */
  public static Schedule exp() {
    return new Schedule(
        "exp",
        "-torch.expm1((r - 1.0) * torch.log(n))",
        tokens -> r -> -Math.expm1(-(1 - r) * log(tokens)),
        tokens -> g -> 1 + Math.log1p(-g) / log(tokens));
  }

  /** {@link #exp()} divided by {@code 1 − 1/N}, so that everything is masked at r = 0. */
  public static Schedule expFull() {
    return new Schedule(
        "exp-full",
        "-torch.expm1((r - 1.0) * torch.log(n)) / (1.0 - 1.0 / n)",
        tokens -> r -> -Math.expm1(-(1 - r) * log(tokens)) / (1 - 1.0 / tokens),
        tokens -> g -> 1 + Math.log1p(-g * (1 - 1.0 / tokens)) / log(tokens));
  }

  private static double log(int tokens) {
    if (tokens < 2) {
      throw new IllegalArgumentException("exp needs at least 2 tokens, not " + tokens);
    }
    return Math.log(tokens);
  }

  /** {@code (1−r^p)^{1/p}}, its own inverse; p = 2 is the circle. */
  public static Schedule superellipse(double p) {
    DoubleUnaryOperator arc = r -> Math.pow(1 - Math.pow(r, p), 1 / p);
    return of(
        word("superellipse", p),
        "torch.pow(1.0 - torch.pow(r, %s), 1.0 / %s)".formatted(p, p),
        arc,
        arc);
  }

  /** {@code 1−r^p}. */
  public static Schedule power(double p) {
    return of(
        word("power", p),
        "1.0 - torch.pow(r, %s)".formatted(p),
        r -> 1 - Math.pow(r, p),
        g -> Math.pow(1 - g, 1 / p));
  }

  /** {@code 1−r}. */
  public static Schedule linear() {
    return of("linear", "1.0 - r", r -> 1 - r, g -> 1 - g);
  }

  private static String word(String name, double p) {
    if (!(p > 0) || Double.isInfinite(p)) {
      throw new IllegalArgumentException(name + " exponent is " + p + ", must be positive");
    }
    return name + ":" + (p == Math.rint(p) && p < 1e6 ? Long.toString((long) p) : p);
  }

  /**
   * The schedule of a word as {@link #text()} gives it.
   *
   * @throws IllegalArgumentException naming the word and those allowed
   */
  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public static Schedule parse(String text) {
    String[] parts = text.trim().toLowerCase(Locale.ROOT).split(":", -1);
    try {
      return switch (parts.length + parts[0]) {
        case "1circle" -> circle();
        case "1cosine" -> cosine();
        case "1exp" -> exp();
        case "1exp-full" -> expFull();
        case "1linear" -> linear();
        case "2superellipse" -> superellipse(Double.parseDouble(parts[1]));
        case "2power" -> power(Double.parseDouble(parts[1]));
        default -> throw new IllegalArgumentException("unknown word");
      };
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "schedule '%s' (%s); allowed: circle, cosine, exp, exp-full, superellipse:P, power:P, linear"
              .formatted(text, e.getMessage()),
          e);
    }
  }

  /** One word that {@link #parse} reads back. */
  @JsonValue
  public String text() {
    return text;
  }

  /** γ(r): the fraction of tokens masked at time r, in float64, within [0, 1]. */
  public double gamma(double r, int tokens) {
    return clamp(gamma.apply(tokens).applyAsDouble(unit("r", r)));
  }

  /** The time r at which the fraction g is masked; clamped to [0, 1] where γ never reaches g. */
  public double inverse(double g, int tokens) {
    return clamp(inverse.apply(tokens).applyAsDouble(unit("gamma", g)));
  }

  /** {@code n = ⌈γ(r)·N⌉} tokens stay masked; 1e-9 is taken off before the ceiling (round-off). */
  public int count(double r, int tokens) {
    return (int) Math.max(0, Math.min(tokens, Math.ceil(gamma(r, tokens) * tokens - 1e-9)));
  }

  /** {@link #count} for training, where at least one token is masked: within 1..N. */
  public int trainingCount(double r, int tokens) {
    return Math.max(1, count(r, tokens));
  }

  /**
   * {@link #trainingCount} of many samples, on the device.
   *
   * @param r {@code [...]} float64
   * @param units N of each divided by {@code each}, {@code [...]} int64
   * @param each tokens of a unit
   * @return {@code [...]} int64
   */
  public NDArray counts(NDArray r, NDArray units, int each) {
    String source =
        """
        def forward(self, r: Tensor, units: Tensor, each: int) -> Tensor:
          tokens = units * each
          n = tokens.to(7)
          g = torch.clamp(%s, 0.0, 1.0)
          return torch.minimum(torch.clamp(torch.ceil(g * n - 1e-9).to(4), min=1), tokens)
        """;
    return Kernel.of("schedule " + text, source.formatted(formula)).apply(r, units, each);
  }

  private static double clamp(double value) {
    return Math.max(0, Math.min(1, value));
  }

  private static double unit(String name, double value) {
    if (!(value >= 0 && value <= 1)) {
      throw new IllegalArgumentException(name + " is " + value + ", must be within [0, 1]");
    }
    return value;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Schedule schedule && schedule.text.equals(text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  @Override
  public String toString() {
    return text;
  }
}
