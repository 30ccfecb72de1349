package resgen.lab.bench;

import java.util.List;
import resgen.head.HeadSpec;
import resgen.head.Objective;
import resgen.mask.Reveal;
import resgen.mask.Schedule;
import resgen.model.ConditionSpec;
import resgen.model.Family;
import resgen.model.ModelSpec;
import resgen.model.Order;
import resgen.model.Recipe;
import resgen.nn.Transformer;
import resgen.sample.Sampling;
import resgen.token.Layout;
import resgen.token.TokenSpec;

/**
 * Sizes at which the work is timed. Weights are random: speed does not depend on them.
 *
 * @param name as {@code --preset} takes it
 * @param settings the generator, a ResGen
 * @param batch samples of a training step
 * @param sampling how samples are drawn
 */
public record BenchPreset(String name, Recipe settings, int batch, Sampling sampling) {

  private static final ConditionSpec CLASSES = new ConditionSpec.Classes(10);

  /** The names there are. */
  public static List<String> names() {
    return List.of("reference", "small", "tiny", "paper-rvq16");
  }

  /**
   * One of them: {@code reference}, 64 positions, width 256, 6 layers, batches of 32, where Python
   * is compared with; {@code small}, the shipped Fashion-MNIST model's sizes; {@code tiny}, those
   * of the tests; {@code paper-rvq16}, the paper's model for 256-px images.
   *
   * @param precision {@code fp32}, {@code bf16} or {@code auto}
   */
  public static BenchPreset of(String name, String precision) {
    Family.Member resgen = Family.of("resgen");
    BenchPreset preset =
        switch (name) {
          case "reference" -> new BenchPreset(name, reference(), 32, shipped());
          case "small" ->
              new BenchPreset(
                  name,
                  resgen.preset("small-anchored").of(tokens(4, 8, 256, 24), CLASSES),
                  64,
                  shipped());
          case "tiny" ->
              new BenchPreset(
                  name,
                  resgen.preset("tiny-anchored").of(tokens(4, 4, 32, 8), CLASSES),
                  16,
                  shipped());
          case "paper-rvq16" ->
              new BenchPreset(
                  name,
                  resgen.preset(name).of(Family.PAPER_TOKENS, CLASSES),
                  4,
                  Sampling.paper28());
          default ->
              throw new IllegalArgumentException(
                  "no preset '" + name + "'; there are " + String.join(", ", names()));
        };
    return preset.settings(preset.settings.precision(precision));
  }

  /** Tokens on a square grid. */
  static TokenSpec tokens(int side, int depth, int codes, int dimension) {
    return new TokenSpec(new Layout.Grid(side, side), depth, codes, dimension);
  }

  private static Recipe reference() {
    TokenSpec tokens = tokens(8, 8, 1024, 64);
    return new Recipe(
        new ModelSpec(
            tokens,
            Order.Masked.usual(),
            Transformer.Settings.of(256, 6, 4).gate(1),
            HeadSpec.Mixture.anchored(tokens.codes(), 0),
            CLASSES,
            "auto"),
        new Objective(
            Schedule.circle(), 0.1, Objective.Bound.paper().sharpness(4).weights(1, 1, 0)));
  }

  /** The sampling that the README's numbers were drawn with. */
  private static Sampling shipped() {
    return Sampling.steps(16)
        .guidance(0, 2.5)
        .topP(0.85)
        .noiseScale(0.5)
        .reveal(Reveal.RANDOM)
        .seed(1);
  }

  private BenchPreset settings(Recipe other) {
    return new BenchPreset(name, other, batch, sampling);
  }

  /** What it makes. */
  public TokenSpec tokens() {
    return settings.model().tokens();
  }

  /** Whether it has the paper's sizes, which take hours on a CPU. */
  public boolean isLarge() {
    return name.startsWith("paper");
  }

  /** With other sampling. */
  public BenchPreset sampling(Sampling other) {
    return new BenchPreset(name, settings, batch, other);
  }

  /** With tokens of another depth. */
  public BenchPreset depth(int depth) {
    ModelSpec m = settings.model();
    TokenSpec t = m.tokens();
    return settings(
        settings.model(
            new ModelSpec(
                new TokenSpec(t.layout(), depth, t.codes(), t.dimension()),
                m.order(),
                m.backbone(),
                m.head(),
                m.condition(),
                m.precision())));
  }
}
