package resgen.model;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import resgen.codec.Tokens;
import resgen.mask.MaskLaw;
import resgen.nn.Parameters;
import resgen.quantize.Codebooks;
import resgen.settings.Json;
import resgen.torch.Precision;

/**
 * Settings of a generator; which of the models it is follows from their type, which JSON holds as
 * {@code "type"}.
 */
public sealed interface GeneratorSettings
    permits ResGenSettings,
        DirectTokensSettings,
        DepthwiseMaskGitSettings,
        RqTransformerSettings,
        ArResGenSettings {

  /** Types whose settings have had masks to choose since after the first files were written. */
  Set<String> MASK_CHOICE =
      Set.of(ResGenSettings.class.getSimpleName(), DirectTokensSettings.class.getSimpleName());

  /** What it makes. */
  TokenShape tokens();

  /** {@code fp32}, {@code bf16} or {@code auto}. */
  String precision();

  /**
   * These settings in another number format.
   *
   * @param precision {@code fp32}, {@code bf16} or {@code auto}
   * @throws IllegalArgumentException if it is none of them
   */
  default GeneratorSettings precision(String precision) {
    Precision.check(precision);
    Map<String, Object> changed = new LinkedHashMap<>();
    Json.read(Json.line(this), Map.class).forEach((key, value) -> changed.put((String) key, value));
    changed.put("precision", precision);
    return read(Json.line(changed));
  }

  /**
   * Declares the network that the settings ask for.
   *
   * @param parameters where; a plan counts without memory
   * @param codebooks of its tokens; null in a plan
   */
  GeneratorNetwork network(Parameters parameters, Codebooks codebooks);

  /**
   * A training at its start.
   *
   * @param validation tokens to validate on
   * @param seed of everything random in it
   */
  GeneratorTraining<?> training(Tokens tokens, Tokens validation, long seed);

  /** The parameters that the settings ask for, by part, without building them. */
  default Parameters plan() {
    return plan(Integer.MAX_VALUE);
  }

  /**
   * As {@link #plan()}, if they are not too many.
   *
   * @param most arrays
   * @throws IllegalArgumentException if there are more
   */
  default Parameters plan(int most) {
    Parameters plan = Parameters.plan(most);
    network(plan, null);
    return plan;
  }

  /**
   * Settings from JSON.
   *
   * @param json as {@link Json#line} writes it; what it lacks because there was no choice when it
   *     was written is as it was then: the type ResGen's, the masks the paper's
   * @throws IllegalArgumentException naming what is wrong
   */
  static GeneratorSettings read(String json) {
    Map<String, Object> typed = new LinkedHashMap<>();
    typed.put("type", ResGenSettings.class.getSimpleName());
    Json.read(json, Map.class).forEach((key, value) -> typed.put((String) key, value));
    if (MASK_CHOICE.contains(typed.get("type"))) {
      typed.putIfAbsent("masks", MaskLaw.PREFIX.name());
    }
    return Json.read(Json.line(typed), GeneratorSettings.class);
  }
}
