package resgen.audio.generate;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import resgen.mask.MaskLaw;
import resgen.model.ConditionSpec;
import resgen.model.Family;
import resgen.model.ModelSpec;
import resgen.model.Order;
import resgen.model.Preset;
import resgen.model.Recipe;
import resgen.nn.Transformer;
import resgen.token.TokenSpec;

/**
 * Sizes of generators of speech. Head and loss are those of the same size for images; positions are
 * told apart by the text and by rotary positions, so that no vector of a position is learned.
 */
public final class SpeechModels {

  /** How often a sample of a model for prompts begins with one. */
  private static final double PROMPTS = 0.85;

  private SpeechModels() {}

  /** A model that trains in seconds. */
  public static Preset tiny() {
    return preset(
        "tiny", Transformer.Settings.of(32, 2, 2), Transformer.Settings.of(32, 1, 2), "fp32");
  }

  /** A few million parameters, for the corpus {@code commands} on a core. */
  public static Preset small() {
    return preset(
        "small", Transformer.Settings.of(256, 6, 8), Transformer.Settings.of(128, 2, 4), "auto");
  }

  private static Preset preset(
      String like, Transformer.Settings backbone, Transformer.Settings encoder, String precision) {
    return (tokens, condition) -> {
      if (!(condition instanceof ConditionSpec.Timed timed)) {
        throw new IllegalArgumentException(condition + ": speech is generated from timed texts");
      }
      Recipe images = Family.of("resgen").preset(like).of(tokens, condition);
      Order.Masked order = new Order.Masked(MaskLaw.prefix(), 16, Order.State.INPUT, false, true);
      ModelSpec model =
          new ModelSpec(
              tokens,
              order,
              backbone.gate(1),
              images.model().head(),
              timed.encoder(encoder.gate(1)),
              precision);
      // A model that is not told who speaks hears it from prompts.
      return new Recipe(model, images.objective().prompts(timed.count() == 0 ? PROMPTS : 0));
    };
  }

  /** All sizes by name, waiting for tokens. */
  public static Map<String, Preset> presets() {
    Map<String, Preset> all = new LinkedHashMap<>();
    all.put("tiny", tiny());
    all.put("small", small());
    return all;
  }

  /** All sizes by name for tokens and a condition. */
  public static Map<String, Supplier<Recipe>> presets(TokenSpec tokens, ConditionSpec condition) {
    Map<String, Supplier<Recipe>> all = new LinkedHashMap<>();
    presets().forEach((name, preset) -> all.put(name, () -> preset.of(tokens, condition)));
    return all;
  }
}
