package resgen;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import resgen.model.ArResGenSettings;
import resgen.model.DepthwiseMaskGitSettings;
import resgen.model.DirectTokensSettings;
import resgen.model.GeneratorNetwork;
import resgen.model.GeneratorSettings;
import resgen.model.ResGenSettings;
import resgen.model.RqTransformerSettings;
import resgen.model.TokenShape;

/** The family of models that make the same tokens, each in its own way. */
public enum ModelKind {
  /** Masked; a mixture of Gaussians over the sum of the masked embeddings. */
  RESGEN("resgen", "ResGen", ResGenSettings.class, ResGen::new),
  /** Masked; a softmax for every depth, all in parallel. */
  DIRECT_TOKENS("direct-tokens", "Direct tokens", DirectTokensSettings.class, DirectTokens::new),
  /** Masked over positions, one depth after another. */
  DEPTHWISE_MASKGIT(
      "depthwise-maskgit",
      "Depthwise MaskGIT",
      DepthwiseMaskGitSettings.class,
      DepthwiseMaskGit::new),
  /** Position by position, depth by depth. */
  RQ_TRANSFORMER(
      "rq-transformer", "RQ-Transformer", RqTransformerSettings.class, RqTransformer::new),
  /** Position by position; a mixture of Gaussians over the sum of the masked embeddings. */
  AR_RESGEN("ar-resgen", "AR-ResGen", ArResGenSettings.class, ArResGen::new);

  private final String label;
  private final String title;
  private final Class<? extends GeneratorSettings> settings;
  private final Function<TrainedGenerator.Parts<?>, Generator> open;

  /** Ties a model's settings, which name its network, to what is made of them. */
  @SuppressWarnings("unchecked") // the network that settings build is the one their model takes
  <N extends GeneratorNetwork> ModelKind(
      String label,
      String title,
      Class<? extends GeneratorSettings> settings,
      Function<TrainedGenerator.Parts<N>, Generator> open) {
    this.label = label;
    this.title = title;
    this.settings = settings;
    this.open = parts -> open.apply((TrainedGenerator.Parts<N>) parts);
  }

  /** The kind that a label names, as {@code resgen} or {@code direct-tokens}. */
  public static ModelKind of(String label) {
    return Arrays.stream(values())
        .filter(kind -> kind.label.equals(label))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "no model '%s'; there are %s"
                        .formatted(
                            label,
                            String.join(
                                ", ", Arrays.stream(values()).map(ModelKind::label).toList()))));
  }

  /** The kind that settings are of. */
  public static ModelKind of(GeneratorSettings settings) {
    return Arrays.stream(values())
        .filter(kind -> kind.settings.isInstance(settings))
        .findFirst()
        .orElseThrow();
  }

  /** The word of the command line and of tables, as {@code direct-tokens}. */
  public String label() {
    return label;
  }

  /** The name in text, as {@code Direct tokens}. */
  public String title() {
    return title;
  }

  /** The type of its settings. */
  public Class<? extends GeneratorSettings> settings() {
    return settings;
  }

  /** Its presets by name, for tokens of a shape; the paper's have their own. */
  public Map<String, Supplier<GeneratorSettings>> presets(TokenShape shape) {
    Map<String, Supplier<GeneratorSettings>> presets = new LinkedHashMap<>();
    switch (this) {
      case RESGEN -> {
        presets.put("tiny", () -> ResGenSettings.tiny(shape));
        presets.put("small", () -> ResGenSettings.small(shape));
        presets.put("cifar", () -> ResGenSettings.cifar(shape));
        presets.put("paper-rvq8", ResGenSettings::paperRvq8);
        presets.put("paper-rvq16", ResGenSettings::paperRvq16);
      }
      case DIRECT_TOKENS -> {
        presets.put("tiny", () -> DirectTokensSettings.tiny(shape));
        presets.put("small", () -> DirectTokensSettings.small(shape));
        presets.put("cifar", () -> DirectTokensSettings.cifar(shape));
        presets.put("paper-rvq16", DirectTokensSettings::paperRvq16);
      }
      case DEPTHWISE_MASKGIT -> {
        presets.put("tiny", () -> DepthwiseMaskGitSettings.tiny(shape));
        presets.put("small", () -> DepthwiseMaskGitSettings.small(shape));
        presets.put("cifar", () -> DepthwiseMaskGitSettings.cifar(shape));
        presets.put("paper-rvq16", DepthwiseMaskGitSettings::paperRvq16);
      }
      case RQ_TRANSFORMER -> {
        presets.put("tiny", () -> RqTransformerSettings.tiny(shape));
        presets.put("small", () -> RqTransformerSettings.small(shape));
        presets.put("paper-rvq16", RqTransformerSettings::paperRvq16);
      }
      case AR_RESGEN -> {
        presets.put("tiny", () -> ArResGenSettings.tiny(shape));
        presets.put("small", () -> ArResGenSettings.small(shape));
        presets.put("paper-rvq16", ArResGenSettings::paperRvq16);
      }
    }
    return presets;
  }

  Generator open(TrainedGenerator.Parts<?> parts) {
    return open.apply(parts);
  }
}
