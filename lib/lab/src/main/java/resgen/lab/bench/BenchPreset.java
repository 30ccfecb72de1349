package resgen.lab.bench;

import java.util.List;
import resgen.head.MixtureSettings;
import resgen.mask.Schedule;
import resgen.model.Conditioning;
import resgen.model.ResGenSettings;
import resgen.model.TokenShape;
import resgen.nn.Transformer;
import resgen.sample.Reveal;
import resgen.sample.Sampling;

/**
 * Sizes at which the work is timed. Weights are random: speed does not depend on them.
 *
 * @param name as {@code --preset} takes it
 * @param settings the generator
 * @param batch samples of a training step
 * @param sampling how samples are drawn
 */
public record BenchPreset(String name, ResGenSettings settings, int batch, Sampling sampling) {

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
    BenchPreset preset =
        switch (name) {
          case "reference" -> new BenchPreset(name, reference(), 32, shipped());
          case "small" ->
              new BenchPreset(
                  name, ResGenSettings.small(new TokenShape(4, 8, 256, 24, 10)), 64, shipped());
          case "tiny" ->
              new BenchPreset(
                  name, ResGenSettings.tiny(new TokenShape(4, 4, 32, 8, 10)), 16, shipped());
          case "paper-rvq16" ->
              new BenchPreset(name, ResGenSettings.paperRvq16(), 4, Sampling.paper28());
          default ->
              throw new IllegalArgumentException(
                  "no preset '" + name + "'; there are " + String.join(", ", names()));
        };
    return preset.with(preset.settings.tokens(), precision);
  }

  private static ResGenSettings reference() {
    TokenShape shape = new TokenShape(8, 8, 1024, 64, 10);
    return new ResGenSettings(
        shape,
        Transformer.Settings.of(256, 6, 4).gate(1),
        MixtureSettings.anchored(shape.codes(), 0, 4).weights(1, 1, 0),
        Conditioning.usual(),
        Schedule.circle(),
        "auto");
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

  private BenchPreset with(TokenShape tokens, String precision) {
    ResGenSettings s = settings;
    return new BenchPreset(
        name,
        new ResGenSettings(
            tokens, s.backbone(), s.mixture(), s.conditioning(), s.masking(), precision),
        batch,
        sampling);
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
    TokenShape t = settings.tokens();
    return with(
        new TokenShape(t.grid(), depth, t.codes(), t.dimension(), t.classes()),
        settings.precision());
  }
}
