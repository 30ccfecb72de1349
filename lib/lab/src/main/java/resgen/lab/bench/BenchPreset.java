package resgen.lab.bench;

import java.util.List;
import resgen.head.MixtureSettings;
import resgen.mask.Reveal;
import resgen.model.Conditioning;
import resgen.model.ResGenSettings;
import resgen.model.TokenShape;
import resgen.nn.Transformer;
import resgen.sample.Sampling;
import resgen.vision.tokenizer.TokenizerSettings;

/**
 * Sizes at which the work is timed. Weights are random: speed does not depend on them.
 *
 * @param name as {@code --preset} takes it
 * @param settings the generator
 * @param tokenizer the tokenizer that makes tokens of that shape
 * @param batch samples of a training step
 * @param sampling how samples are drawn
 */
public record BenchPreset(
    String name,
    ResGenSettings settings,
    TokenizerSettings tokenizer,
    int batch,
    Sampling sampling) {

  /** The names there are. */
  public static List<String> names() {
    return List.of("reference", "small", "tiny", "paper-rvq16");
  }

  /**
   * One of them.
   *
   * @param precision {@code fp32}, {@code bf16} or {@code auto}
   */
  public static BenchPreset of(String name, String precision) {
    BenchPreset preset =
        switch (name) {
          case "reference" -> reference();
          case "small" -> small();
          case "tiny" -> tiny();
          case "paper-rvq16" -> paperRvq16();
          default ->
              throw new IllegalArgumentException(
                  "no preset '" + name + "'; there are " + String.join(", ", names()));
        };
    return preset.precision(precision);
  }

  /** 64 positions, width 256, 6 layers, batches of 32: where Python is compared with. */
  private static BenchPreset reference() {
    TokenShape shape = new TokenShape(8, 8, 1024, 64, 10);
    ResGenSettings settings =
        new ResGenSettings(
            shape,
            Transformer.Settings.of(256, 6, 4).gate(1),
            MixtureSettings.anchored(shape.codes(), 0, 4).weights(1, 1, 0),
            Conditioning.usual(),
            resgen.mask.Schedule.circle(),
            "auto");
    return new BenchPreset("reference", settings, TokenizerSettings.small(), 32, shipped());
  }

  /** The shipped Fashion-MNIST model's sizes. */
  private static BenchPreset small() {
    ResGenSettings settings = ResGenSettings.small(new TokenShape(4, 8, 256, 24, 10));
    return new BenchPreset("small", settings, TokenizerSettings.small(), 64, shipped());
  }

  /** The sizes of the tests. */
  private static BenchPreset tiny() {
    ResGenSettings settings = ResGenSettings.tiny(new TokenShape(4, 4, 32, 8, 10));
    return new BenchPreset("tiny", settings, TokenizerSettings.tiny(), 16, shipped());
  }

  /** The paper's model for 256-px images: 576 M parameters. */
  private static BenchPreset paperRvq16() {
    return new BenchPreset(
        "paper-rvq16",
        ResGenSettings.paperRvq16(),
        TokenizerSettings.paper(16),
        4,
        Sampling.paper28());
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

  private BenchPreset precision(String precision) {
    return new BenchPreset(name, precision(settings, precision), tokenizer, batch, sampling);
  }

  private static ResGenSettings precision(ResGenSettings s, String precision) {
    return new ResGenSettings(
        s.tokens(), s.backbone(), s.mixture(), s.conditioning(), s.masking(), precision);
  }

  /** With other sampling. */
  public BenchPreset sampling(Sampling other) {
    return new BenchPreset(name, settings, tokenizer, batch, other);
  }

  /** With tokens of another depth. */
  public BenchPreset depth(int depth) {
    TokenShape t = settings.tokens();
    ResGenSettings changed =
        new ResGenSettings(
            new TokenShape(t.grid(), depth, t.codes(), t.dimension(), t.classes()),
            settings.backbone(),
            settings.mixture(),
            settings.conditioning(),
            settings.masking(),
            settings.precision());
    return new BenchPreset(name, changed, tokenizer, batch, sampling);
  }
}
