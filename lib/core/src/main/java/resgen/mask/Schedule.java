package resgen.mask;

import ai.djl.ndarray.NDArray;
import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;
import resgen.torch.Kernel;

/**
 * A masking schedule γ: the fraction of tokens that are masked at time {@code r} in [0, 1], falling
 * to 0 at {@code r = 1} (paper, Section 3.1 and Table 7). The same type serves training, where r is
 * drawn, and sampling, where {@code r = t/T}; the two are independent settings.
 *
 * <p>{@code tokens} is {@code N = L·D}, the number of tokens of one sample; only {@link Exp}
 * depends on it. As text and in JSON a schedule is one word: {@code circle}, {@code cosine}, {@code
 * exp}, {@code exp-full}, {@code superellipse:3}, {@code power:2}, {@code linear}.
 */
public sealed interface Schedule {

  /** {@code √(1−r²)}, the paper's choice for all headline models. Its own inverse. */
  record Circle() implements Schedule {
    @Override
    public double raw(double r, int tokens) {
      return Math.sqrt((1 - r) * (1 + r));
    }

    @Override
    public double rawInverse(double g, int tokens) {
      return raw(g, tokens);
    }

    @Override
    public String formula() {
      return "torch.sqrt((1.0 - r) * (1.0 + r))";
    }

    @Override
    public String text() {
      return "circle";
    }
  }

  /** {@code cos(πr/2)}. */
  record Cosine() implements Schedule {
    @Override
    public double raw(double r, int tokens) {
      return Math.cos(Math.PI / 2 * r);
    }

    @Override
    public double rawInverse(double g, int tokens) {
      return Math.acos(g) * 2 / Math.PI;
    }

    @Override
    public String formula() {
      return "torch.cos(r * 1.5707963267948966)";
    }

    @Override
    public String text() {
      return "cosine";
    }
  }

  /**
   * {@code 1 − N^{−(1−r)}}: few tokens early, many late. The paper prints no formula; this is
   * MaskGIT's, which fits its description.
   *
   * @param full divides by {@code 1 − 1/N}, so that γ(0) = 1; without it γ(0) = 1 − 1/N, and
   *     training never sees the fully masked state from which sampling starts
   */
  record Exp(boolean full) implements Schedule {
    @Override
    public double raw(double r, int tokens) {
      return -Math.expm1(-(1 - r) * logTokens(tokens)) / scale(tokens);
    }

    @Override
    public double rawInverse(double g, int tokens) {
      return 1 + Math.log1p(-g * scale(tokens)) / logTokens(tokens);
    }

    private double scale(int tokens) {
      return full ? 1 - 1.0 / tokens : 1;
    }

    private static double logTokens(int tokens) {
      if (tokens < 2) {
        throw new IllegalArgumentException("exp needs at least 2 tokens, not " + tokens);
      }
      return Math.log(tokens);
    }

    @Override
    public String formula() {
      return full
          ? "-torch.expm1((r - 1.0) * torch.log(n)) / (1.0 - 1.0 / n)"
          : "-torch.expm1((r - 1.0) * torch.log(n))";
    }

    @Override
    public String text() {
      return full ? "exp-full" : "exp";
    }
  }

  /** {@code (1−r^p)^{1/p}}, its own inverse; p = 2 is the circle. */
  record Superellipse(double p) implements Schedule {
    public Superellipse {
      requireExponent("superellipse", p);
    }

    @Override
    public double raw(double r, int tokens) {
      return Math.pow(1 - Math.pow(r, p), 1 / p);
    }

    @Override
    public double rawInverse(double g, int tokens) {
      return raw(g, tokens);
    }

    @Override
    public String formula() {
      return "torch.pow(1.0 - torch.pow(r, %s), 1.0 / %s)".formatted(p, p);
    }

    @Override
    public String text() {
      return "superellipse:" + number(p);
    }
  }

  /** {@code 1−r^p}. */
  record Power(double p) implements Schedule {
    public Power {
      requireExponent("power", p);
    }

    @Override
    public double raw(double r, int tokens) {
      return 1 - Math.pow(r, p);
    }

    @Override
    public double rawInverse(double g, int tokens) {
      return Math.pow(1 - g, 1 / p);
    }

    @Override
    public String formula() {
      return "1.0 - torch.pow(r, %s)".formatted(p);
    }

    @Override
    public String text() {
      return "power:" + number(p);
    }
  }

  /** {@code 1−r}. */
  record Linear() implements Schedule {
    @Override
    public double raw(double r, int tokens) {
      return 1 - r;
    }

    @Override
    public double rawInverse(double g, int tokens) {
      return 1 - g;
    }

    @Override
    public String formula() {
      return "1.0 - r";
    }

    @Override
    public String text() {
      return "linear";
    }
  }

  static Schedule circle() {
    return new Circle();
  }

  static Schedule cosine() {
    return new Cosine();
  }

  static Schedule exp() {
    return new Exp(false);
  }

  /** {@link #exp()} scaled so that everything is masked at r = 0. */
  static Schedule expFull() {
    return new Exp(true);
  }

  static Schedule superellipse(double p) {
    return new Superellipse(p);
  }

  static Schedule power(double p) {
    return new Power(p);
  }

  static Schedule linear() {
    return new Linear();
  }

  /**
   * The schedule of a word as {@link #text()} gives it.
   *
   * @throws IllegalArgumentException naming the word and those allowed
   */
  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  static Schedule parse(String text) {
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
          "schedule '"
              + text
              + "' ("
              + e.getMessage()
              + "); allowed: circle, cosine, exp, exp-full,"
              + " superellipse:P, power:P, linear",
          e);
    }
  }

  /** The formula for checked r; callers want {@link #gamma}. */
  double raw(double r, int tokens);

  /** The inverse formula for checked g; callers want {@link #inverse}. */
  double rawInverse(double g, int tokens);

  /**
   * γ as a TorchScript expression of float64 tensors {@code r} and {@code n}, the tokens of each
   * sample.
   */
  String formula();

  /** One word that {@link #parse} reads back. */
  @JsonValue
  String text();

  /** γ(r): the fraction of tokens masked at time r, in float64, within [0, 1]. */
  default double gamma(double r, int tokens) {
    return clamp(raw(unit("r", r), tokens));
  }

  /** The time r at which the fraction g is masked; clamped to [0, 1] where γ never reaches g. */
  default double inverse(double g, int tokens) {
    return clamp(rawInverse(unit("gamma", g), tokens));
  }

  /** {@code n = ⌈γ(r)·N⌉} tokens stay masked; 1e-9 is taken off before the ceiling (round-off). */
  default int count(double r, int tokens) {
    return (int) Math.max(0, Math.min(tokens, Math.ceil(gamma(r, tokens) * tokens - 1e-9)));
  }

  /** {@link #count} for training, where at least one token is masked: within 1..N. */
  default int trainingCount(double r, int tokens) {
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
  default NDArray counts(NDArray r, NDArray units, int each) {
    String source =
        """
        def forward(self, r: Tensor, units: Tensor, each: int) -> Tensor:
          tokens = units * each
          n = tokens.to(7)
          g = torch.clamp(%s, 0.0, 1.0)
          return torch.minimum(torch.clamp(torch.ceil(g * n - 1e-9).to(4), min=1), tokens)
        """;
    return Kernel.of("schedule " + text(), source.formatted(formula())).apply(r, units, each);
  }

  /** Tokens masked after step {@code t} of {@code steps}: {@code ⌈γ(t/T)·N⌉}. */
  default int maskedAt(int t, int steps, int tokens) {
    if (steps < 1 || t < 0 || t > steps) {
      throw new IllegalArgumentException("step " + t + " of " + steps + ", expected 0..steps");
    }
    return count((double) t / steps, tokens);
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

  private static void requireExponent(String name, double p) {
    if (!(p > 0) || Double.isInfinite(p)) {
      throw new IllegalArgumentException(name + " exponent is " + p + ", must be positive");
    }
  }

  private static String number(double p) {
    return p == Math.rint(p) && p < 1e6 ? Long.toString((long) p) : Double.toString(p);
  }
}
