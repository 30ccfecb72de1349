package resgen.audio.generate;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import resgen.audio.align.TextBytes;
import resgen.head.HeadSpec;
import resgen.head.Objective;
import resgen.mask.MaskLaw;
import resgen.mask.Schedule;
import resgen.model.ConditionSpec;
import resgen.model.Family;
import resgen.model.ModelSpec;
import resgen.model.Order;
import resgen.model.Preset;
import resgen.model.Recipe;
import resgen.nn.Transformer;
import resgen.token.Layout;
import resgen.token.TokenSpec;

/**
 * Sizes of generators of speech. Head, loss and order of unmasking are those of the same size for
 * images; a masked model tells positions apart by the text and by rotary positions, so that no
 * vector of a position is learned. Models that go position by position are told the text and the
 * length as the others are: what CLaM-TTS and VALL-E find by themselves, where a word is and when
 * to end, is not theirs to find. VALL-E is beside the family here, of two networks ({@link
 * Order.Staged}).
 */
public final class SpeechModels {

  /** What the paper's model of mel spectrograms makes: 30 s at 10.77 positions a second. */
  public static final TokenSpec PAPER_MEL = new TokenSpec(new Layout.Line(323), 32, 1024, 512);

  /** What the paper's model of the waveform codec makes: 30 s at 10.77 positions a second. */
  public static final TokenSpec PAPER_RVQ = new TokenSpec(new Layout.Line(323), 72, 1024, 512);

  /** Texts of the paper's models, as far as it tells: bytes, and the voice by a prompt. */
  public static final ConditionSpec.Timed PAPER_TEXTS =
      new ConditionSpec.Timed(TextBytes.SYMBOLS, 512, 8, 0, Transformer.Settings.of(512, 4, 8));

  private static final TokenSpec COMMANDS = new TokenSpec(new Layout.Line(48), 16, 256, 128);
  private static final ConditionSpec.Timed COMMANDS_TEXTS =
      new ConditionSpec.Timed(TextBytes.SYMBOLS, 80, 8, 24, Transformer.Settings.of(128, 2, 4));

  /** How often a sample of a model for prompts begins with one. */
  private static final double PROMPTS = 0.85;

  private static final double DROP = 0.1; // of conditions, as the family has it

  private static final Family.Member VALL_E =
      new Family.Member(
          "vall-e",
          "VALL-E",
          "the first depth position by position, each further depth in one call",
          Map.of(
              "tiny", (t, c) -> valle(t, c, Transformer.Settings.of(32, 2, 2), "fp32"),
              "small", (t, c) -> valle(t, c, Transformer.Settings.of(192, 4, 6), "auto")));

  private SpeechModels() {}

  /** The models that speak: the family, and VALL-E. */
  public static List<Family.Member> members() {
    List<Family.Member> all = new ArrayList<>(Family.members());
    all.add(VALL_E);
    return List.copyOf(all);
  }

  /**
   * The model of a word.
   *
   * @throws IllegalArgumentException naming those there are
   */
  public static Family.Member of(String label) {
    return members().stream()
        .filter(member -> member.label().equals(label))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "no model '%s'; there are %s"
                        .formatted(
                            label,
                            members().stream()
                                .map(Family.Member::label)
                                .collect(Collectors.joining(", ")))));
  }

  /** Softmaxes after two networks of these sizes. */
  private static Recipe valle(
      TokenSpec tokens, ConditionSpec condition, Transformer.Settings sizes, String precision) {
    return new Recipe(
        new ModelSpec(
            tokens,
            new Order.Staged(16),
            sizes.gate(1),
            new HeadSpec.Categorical(),
            condition,
            precision),
        new Objective(null, DROP, null));
  }

  /** ResGen of a size that trains in seconds. */
  public static Preset tiny() {
    return tiny(Family.of("resgen"));
  }

  /** ResGen of a few million parameters, for the corpus {@code commands} on a core. */
  public static Preset small() {
    return small(Family.of("resgen"));
  }

  private static Preset tiny(Family.Member of) {
    Transformer.Settings encoder = Transformer.Settings.of(32, 1, 2);
    return preset(of, "tiny", Transformer.Settings.of(32, 2, 2), encoder, "fp32");
  }

  private static Preset small(Family.Member of) {
    Transformer.Settings encoder = Transformer.Settings.of(128, 2, 4);
    return preset(of, "small", Transformer.Settings.of(256, 6, 8), encoder, "auto");
  }

  private static ConditionSpec.Timed timed(ConditionSpec condition) {
    if (condition instanceof ConditionSpec.Timed timed) {
      return timed;
    }
    throw new IllegalArgumentException(condition + ": speech is generated from timed texts");
  }

  private static Preset preset(
      Family.Member of,
      String like,
      Transformer.Settings backbone,
      Transformer.Settings encoder,
      String precision) {
    return (tokens, condition) -> {
      ConditionSpec.Timed timed = timed(condition);
      Recipe images = of.preset(like).of(tokens, condition);
      Order order =
          images.model().order() instanceof Order.Masked masked
              ? new Order.Masked(masked.masks(), 16, Order.State.INPUT, false, true)
              : images.model().order();
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

  /**
   * ResGen as the paper has it for speech: its own head with low-rank means, h = 64 (section A.2).
   * Sizes of the networks are not stated. Those of the image model have the 625 M parameters of its
   * model of waveform tokens; those of DiT-L, 24 blocks of 1024, come within one per cent of the
   * 457 M of its model of mel spectrograms. It reads the text by a frozen ByT5-Large; here bytes
   * are read by an encoder of four blocks that learns with the rest and is counted.
   */
  private static Preset paper(Transformer.Settings backbone) {
    return (tokens, condition) -> {
      ConditionSpec.Timed timed = timed(condition);
      ModelSpec model =
          new ModelSpec(
              tokens,
              new Order.Masked(MaskLaw.prefix(), 16, Order.State.MODULATION, false, true),
              backbone,
              HeadSpec.Mixture.lowRank(1024, 64),
              timed.encoder(PAPER_TEXTS.encoder()),
              "auto");
      Objective objective = new Objective(Schedule.circle(), DROP, Objective.Bound.paper());
      return new Recipe(model, objective.prompts(timed.count() == 0 ? PROMPTS : 0));
    };
  }

  /** All sizes of a model by name, waiting for tokens. */
  public static Map<String, Preset> presets(Family.Member of) {
    Map<String, Preset> all = new LinkedHashMap<>();
    all.put("tiny", tiny(of));
    all.put("small", small(of));
    if (of.label().equals("resgen")) {
      all.put("paper-mel", paper(Transformer.Settings.of(1024, 24, 16)));
      all.put("paper-rvq", paper(Transformer.Settings.of(1152, 28, 16)));
    }
    return all;
  }

  /**
   * All sizes of a model by name, on tokens that they are meant for: the paper's on its own, others
   * on 16 depths of {@code commands} by speakers' names.
   */
  public static Map<String, Supplier<Recipe>> examples(Family.Member of) {
    Map<String, Supplier<Recipe>> all = new LinkedHashMap<>();
    presets(of)
        .forEach(
            (name, preset) ->
                all.put(
                    name,
                    () ->
                        switch (name) {
                          case "paper-mel" -> preset.of(PAPER_MEL, PAPER_TEXTS);
                          case "paper-rvq" -> preset.of(PAPER_RVQ, PAPER_TEXTS);
                          default -> preset.of(COMMANDS, COMMANDS_TEXTS);
                        }));
    return all;
  }

  /** All sizes of a model by name for tokens and a condition. */
  public static Map<String, Supplier<Recipe>> presets(
      Family.Member of, TokenSpec tokens, ConditionSpec condition) {
    Map<String, Supplier<Recipe>> all = new LinkedHashMap<>();
    presets(of).forEach((name, preset) -> all.put(name, () -> preset.of(tokens, condition)));
    return all;
  }
}
