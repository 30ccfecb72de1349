package resgen.model;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import resgen.head.HeadSpec;
import resgen.head.Objective;
import resgen.mask.MaskLaw;
import resgen.mask.Schedule;
import resgen.nn.MlpStack;
import resgen.nn.Transformer;
import resgen.token.Layout;
import resgen.token.TokenSpec;

/**
 * The paper's five models on the same tokens, as presets of parts. Another model is another preset,
 * or another {@link HeadSpec}.
 */
public final class Family {

  /** What the paper's models make: 8×8 positions of depth 16 (ImageNet, 256 px). */
  public static final TokenSpec PAPER_TOKENS = paperTokens(16);

  private static final ConditionSpec PAPER_CLASSES = new ConditionSpec.Classes(1000);
  private static final double DROP = 0.1;

  /**
   * A model of the family.
   *
   * @param label its word, as {@code direct-tokens}
   * @param title its name in text
   * @param about in a few words
   * @param presets its sizes by name; those of the paper have tokens of their own
   */
  public record Member(String label, String title, String about, Map<String, Preset> presets) {
    /**
     * A preset by its name.
     *
     * @throws IllegalArgumentException naming those there are
     */
    public Preset preset(String name) {
      Preset preset =
          presets.get(name.startsWith(label + "/") ? name.substring(label.length() + 1) : name);
      if (preset == null) {
        throw new IllegalArgumentException(
            "no preset '%s' of %s; there are %s"
                .formatted(name, label, String.join(", ", presets.keySet())));
      }
      return preset;
    }
  }

  private static final Map<String, Member> MEMBERS = new LinkedHashMap<>();

  static {
    member(
        "resgen",
        "ResGen",
        "masked; a mixture of Gaussians over the sum of the masked embeddings",
        presets(
            "tiny", (Preset) (t, c) -> resgen(t, c, Transformer.Settings.of(32, 2, 2), "fp32"),
            "small", (Preset) (t, c) -> resgen(t, c, Transformer.Settings.of(180, 5, 5), "auto"),
            "cifar", (Preset) (t, c) -> resgen(t, c, Transformer.Settings.of(480, 8, 8), "auto"),
            "tiny-anchored",
                (Preset) (t, c) -> anchored(t, c, Transformer.Settings.of(32, 2, 2), "fp32"),
            "small-anchored",
                (Preset) (t, c) -> anchored(t, c, Transformer.Settings.of(192, 5, 6), "auto"),
            "paper-rvq8", (Preset) (t, c) -> paperResGen(8),
            "paper-rvq16", (Preset) (t, c) -> paperResGen(16)));
    member(
        "direct-tokens",
        "Direct tokens",
        "masked; a softmax for every depth, all in parallel",
        categorical(MaskLaw.prefix()));
    member(
        "depthwise-maskgit",
        "Depthwise MaskGIT",
        "masked over positions, one depth after another",
        categorical(MaskLaw.depthwise()));
    member(
        "rq-transformer",
        "RQ-Transformer",
        "position by position, depth by depth",
        presets(
            "tiny",
                (Preset) (t, c) -> rq(t, c, Transformer.Settings.of(32, 2, 2).gate(1), 1, "fp32"),
            "small",
                (Preset) (t, c) -> rq(t, c, Transformer.Settings.of(176, 5, 4).gate(1), 1, "auto"),
            "paper-rvq16",
                (Preset)
                    (t, c) ->
                        rq(
                            PAPER_TOKENS,
                            PAPER_CLASSES,
                            Transformer.Settings.of(1152, 28, 16),
                            7,
                            "auto")));
    member(
        "ar-resgen",
        "AR-ResGen",
        "position by position; the mixture, iterated over the depths of each",
        presets(
            "tiny", (Preset) (t, c) -> arResGen(t, c, Transformer.Settings.of(32, 2, 2), 2, "fp32"),
            "small",
                (Preset) (t, c) -> arResGen(t, c, Transformer.Settings.of(168, 5, 6), 2, "auto"),
            "tiny-anchored",
                (Preset) (t, c) -> arAnchored(t, c, Transformer.Settings.of(32, 2, 2), 2, "fp32"),
            "small-anchored",
                (Preset) (t, c) -> arAnchored(t, c, Transformer.Settings.of(176, 5, 4), 3, "auto"),
            "paper-rvq16", (Preset) (t, c) -> paperArResGen()));
  }

  private Family() {}

  private static void member(
      String label, String title, String about, Map<String, Preset> presets) {
    MEMBERS.put(label, new Member(label, title, about, presets));
  }

  private static Map<String, Preset> presets(Object... pairs) {
    Map<String, Preset> map = new LinkedHashMap<>();
    for (int i = 0; i < pairs.length; i += 2) {
      map.put((String) pairs[i], (Preset) pairs[i + 1]);
    }
    return map;
  }

  /** All of them, in the paper's order. */
  public static List<Member> members() {
    return List.copyOf(MEMBERS.values());
  }

  /**
   * The model of a word.
   *
   * @throws IllegalArgumentException naming those there are
   */
  public static Member of(String label) {
    Member member = MEMBERS.get(label);
    if (member == null) {
      throw new IllegalArgumentException(
          "no model '%s'; there are %s".formatted(label, String.join(", ", MEMBERS.keySet())));
    }
    return member;
  }

  /** A model's name in text; its word for one that is none of these. */
  static String title(String label) {
    Member member = MEMBERS.get(label);
    return member == null ? label : member.title();
  }

  private static TokenSpec paperTokens(int depth) {
    return new TokenSpec(new Layout.Grid(8, 8), depth, 1024, 64);
  }

  /**
   * ResGen with a component for every pair of codes of the two shallowest masked depths, and direct
   * tokens' cross-entropy of the depths below with a small weight: what learns best at small sizes,
   * and not the paper's head.
   */
  private static Recipe resgen(
      TokenSpec tokens, ConditionSpec condition, Transformer.Settings sizes, String precision) {
    return masked(
        tokens,
        condition,
        sizes,
        HeadSpec.CodeMixture.usual(tokens.depth()),
        codeBound(),
        precision);
  }

  /**
   * ResGen with anchored means, sharpened responsibilities and no gradient of the regression into
   * the backbone: what was shipped first.
   */
  private static Recipe anchored(
      TokenSpec tokens, ConditionSpec condition, Transformer.Settings sizes, String precision) {
    HeadSpec head = HeadSpec.Mixture.anchored(tokens.codes(), 0);
    return masked(tokens, condition, sizes, head, anchoredBound(), precision);
  }

  private static Recipe masked(
      TokenSpec tokens,
      ConditionSpec condition,
      Transformer.Settings sizes,
      HeadSpec head,
      Objective.Bound bound,
      String precision) {
    return new Recipe(
        new ModelSpec(tokens, Order.Masked.usual(), sizes.gate(1), head, condition, precision),
        new Objective(Schedule.circle(), DROP, bound));
  }

  private static Objective.Bound codeBound() {
    return Objective.Bound.paper().weights(1, 1, 0).auxiliary(0.15);
  }

  private static Objective.Bound anchoredBound() {
    return Objective.Bound.paper().sharpness(4).weights(1, 1, 0);
  }

  /** The paper's model and head; 576 M parameters at depth 16. */
  private static Recipe paperResGen(int depth) {
    return new Recipe(
        new ModelSpec(
            paperTokens(depth),
            Order.Masked.paper(),
            Transformer.Settings.of(1152, 28, 16),
            HeadSpec.Mixture.full(1024),
            PAPER_CLASSES,
            "auto"),
        new Objective(Schedule.circle(), DROP, Objective.Bound.paper()));
  }

  /** Narrower than ResGen's, since the head is larger; the paper's size is not stated. */
  private static Map<String, Preset> categorical(MaskLaw law) {
    return presets(
        "tiny",
            (Preset) (t, c) -> categorical(t, c, law, Transformer.Settings.of(32, 2, 2), "fp32"),
        "small",
            (Preset) (t, c) -> categorical(t, c, law, Transformer.Settings.of(180, 5, 5), "auto"),
        "cifar",
            (Preset) (t, c) -> categorical(t, c, law, Transformer.Settings.of(480, 8, 8), "auto"),
        "paper-rvq16",
            (Preset)
                (t, c) ->
                    new Recipe(
                        new ModelSpec(
                            PAPER_TOKENS,
                            Order.Masked.paper().masks(law),
                            Transformer.Settings.of(1152, 32, 16),
                            new HeadSpec.Categorical(),
                            PAPER_CLASSES,
                            "auto"),
                        new Objective(Schedule.circle(), DROP, null)));
  }

  private static Recipe categorical(
      TokenSpec tokens,
      ConditionSpec condition,
      MaskLaw law,
      Transformer.Settings sizes,
      String precision) {
    return new Recipe(
        new ModelSpec(
            tokens,
            Order.Masked.usual().masks(law),
            sizes.gate(1),
            new HeadSpec.Categorical(),
            condition,
            precision),
        new Objective(Schedule.circle(), DROP, null));
  }

  /** The split over positions and depths is not stated by the paper; the backbone is ResGen's. */
  private static Recipe rq(
      TokenSpec tokens,
      ConditionSpec condition,
      Transformer.Settings sizes,
      int depthLayers,
      String precision) {
    return new Recipe(
        new ModelSpec(
            tokens,
            new Order.Causal(),
            sizes,
            new HeadSpec.DepthTransformer(depthLayers),
            condition,
            precision),
        new Objective(null, DROP, null));
  }

  private static Recipe arResGen(
      TokenSpec tokens,
      ConditionSpec condition,
      Transformer.Settings sizes,
      int expansion,
      String precision) {
    return causal(
        tokens,
        condition,
        sizes,
        expansion,
        HeadSpec.CodeMixture.usual(tokens.depth()),
        codeBound(),
        precision);
  }

  private static Recipe arAnchored(
      TokenSpec tokens,
      ConditionSpec condition,
      Transformer.Settings sizes,
      int expansion,
      String precision) {
    HeadSpec.OverSums head = HeadSpec.Mixture.anchored(tokens.codes(), 0);
    return causal(tokens, condition, sizes, expansion, head, anchoredBound(), precision);
  }

  private static Recipe causal(
      TokenSpec tokens,
      ConditionSpec condition,
      Transformer.Settings sizes,
      int expansion,
      HeadSpec.OverSums mixture,
      Objective.Bound bound,
      String precision) {
    HeadSpec head = new HeadSpec.MixtureMlp(new MlpStack.Settings(3, expansion, 1), mixture);
    return new Recipe(
        new ModelSpec(tokens, new Order.Causal(), sizes.gate(1), head, condition, precision),
        new Objective(Schedule.circle(), DROP, bound));
  }

  /** 625 M parameters; the split is not stated by the paper, the backbone is ResGen's. */
  private static Recipe paperArResGen() {
    return new Recipe(
        new ModelSpec(
            PAPER_TOKENS,
            new Order.Causal(),
            Transformer.Settings.of(1152, 28, 16),
            new HeadSpec.MixtureMlp(new MlpStack.Settings(3, 6, 0), HeadSpec.Mixture.full(1024)),
            PAPER_CLASSES,
            "auto"),
        new Objective(Schedule.circle(), DROP, Objective.Bound.paper()));
  }
}
