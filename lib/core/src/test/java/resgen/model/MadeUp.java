package resgen.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import resgen.codec.Tokens;
import resgen.head.DepthTransformerHead;
import resgen.head.HeadSpec;
import resgen.head.MixtureHead;
import resgen.head.MixtureMlpHead;
import resgen.head.Objective;
import resgen.head.Target;
import resgen.mask.Mask;
import resgen.mask.MaskLaw;
import resgen.mask.Schedule;
import resgen.nn.MlpStack;
import resgen.nn.Parameters;
import resgen.nn.Transformer;
import resgen.noise.Noise;
import resgen.quantize.Codebooks;
import resgen.quantize.TokenStatistics;
import resgen.token.Codes;
import resgen.token.Condition;
import resgen.token.Labels;
import resgen.token.Layout;
import resgen.token.TokenSpec;
import resgen.torch.Torch;

/**
 * Made-up tokens of 2×2 positions and two classes, in which every position tells all the others:
 * one hidden number decides the codes of all but the last depth, which are random. And small models
 * of such tokens, every parameter of which has been moved at random.
 */
public final class MadeUp {

  public static final int GRID = 2;
  public static final int CLASSES = 2;
  private static final double SHRINK = 0.35;
  private static final ConditionSpec CONDITION = new ConditionSpec.Classes(CLASSES);

  private MadeUp() {}

  /** The shape of such tokens. */
  public static TokenSpec spec(int depth, int codes, int dimension) {
    return new TokenSpec(new Layout.Grid(GRID, GRID), depth, codes, dimension);
  }

  /** Codes along the axes, both ways, 0.35 as long with every depth; V is at most 2·H. */
  public static Codebooks books(NDManager manager, int depth, int codes, int dimension) {
    float[] values = new float[depth * codes * dimension];
    float[] sigma = new float[depth];
    for (int j = 0; j < depth; j++) {
      float length = (float) Math.pow(SHRINK, j);
      for (int v = 0; v < codes; v++) {
        values[(j * codes + v) * dimension + v / 2] = v % 2 == 0 ? length : -length;
      }
      sigma[j] = (float) (Math.pow(SHRINK, j + 1) / Math.sqrt(dimension));
    }
    return Codebooks.of(manager, values, sigma, depth, codes, dimension);
  }

  /** The hidden number is uniform; its parity is the class. V is a power of two. */
  public static Tokens tokens(NDManager manager, int depth, int codes, int dimension, int samples) {
    int l = GRID * GRID;
    int[] values = new int[samples * l * depth];
    int[] labels = new int[samples];
    for (int i = 0; i < samples; i++) {
      Noise.Stream noise = Noise.of(5).stream(i);
      int hidden = noise.nextInt(codes);
      labels[i] = hidden % CLASSES;
      for (int p = 0; p < l; p++) {
        for (int j = 0; j < depth; j++) {
          boolean last = j == depth - 1;
          int code = last ? noise.nextInt(codes) : (hidden * (2 * j + 1) + p + j) % codes;
          values[(i * l + p) * depth + j] = code;
        }
      }
    }
    return Tokens.of(
        Codes.of(values, l, depth),
        classes(labels),
        new Layout.Grid(GRID, GRID),
        books(manager, depth, codes, dimension),
        Optional.empty(),
        "made up");
  }

  /** A class each; {@link #CLASSES} for none. */
  public static Condition.Classes classes(int... ids) {
    return new Condition.Classes(ids, List.of("even", "odd"));
  }

  /** A class each; {@link #CLASSES} for none. */
  public static Condition.Classes classes(Labels labels) {
    return classes(labels.toArray());
  }

  /** ResGen with anchored means, one block of width 16. */
  public static Recipe resgen(TokenSpec tokens) {
    return resgen(tokens, HeadSpec.Mixture.anchored(tokens.codes(), 0));
  }

  /** ResGen with a mixture of one's own. */
  public static Recipe resgen(TokenSpec tokens, HeadSpec.Mixture mixture) {
    Objective.Bound bound = Objective.Bound.paper().sharpness(4);
    return masked(tokens, MaskLaw.prefix(), mixture, bound);
  }

  /** ResGen with a component for every code. */
  public static Recipe codes(TokenSpec tokens) {
    Objective.Bound bound = Objective.Bound.paper().auxiliary(0.2);
    return masked(tokens, MaskLaw.prefix(), HeadSpec.CodeMixture.of(12, 2), bound);
  }

  /** Direct tokens, or depthwise MaskGIT, by their law. */
  public static Recipe categorical(TokenSpec tokens, MaskLaw law) {
    return masked(tokens, law, new HeadSpec.Categorical(), null);
  }

  /** A masked model of any head. */
  public static Recipe masked(TokenSpec tokens, MaskLaw law, HeadSpec head, Objective.Bound bound) {
    return new Recipe(
        new ModelSpec(
            tokens,
            new Order.Masked(law, 4, Order.State.INPUT, true, true),
            Transformer.Settings.of(16, 1, 2).gate(1),
            head,
            CONDITION,
            "fp32"),
        new Objective(Schedule.circle(), 0.1, bound));
  }

  /** An RQ-Transformer with two blocks over positions and two over depths. */
  public static Recipe rq(TokenSpec tokens) {
    return new Recipe(
        causal(tokens, new HeadSpec.DepthTransformer(2)), new Objective(null, 0.1, null));
  }

  /** An AR-ResGen with two blocks over positions and two MLP blocks. */
  public static Recipe ar(TokenSpec tokens) {
    Objective.Bound bound = Objective.Bound.paper().sharpness(4);
    return ar(tokens, HeadSpec.Mixture.anchored(tokens.codes(), 0), bound);
  }

  /** The same with a component for every code. */
  public static Recipe arCodes(TokenSpec tokens) {
    return ar(tokens, HeadSpec.CodeMixture.of(12, 2), Objective.Bound.paper());
  }

  private static Recipe ar(TokenSpec tokens, HeadSpec.OverSums mixture, Objective.Bound bound) {
    HeadSpec head = new HeadSpec.MixtureMlp(new MlpStack.Settings(2, 3, 1), mixture);
    return new Recipe(causal(tokens, head), new Objective(Schedule.circle(), 0.1, bound));
  }

  private static ModelSpec causal(TokenSpec tokens, HeadSpec head) {
    return new ModelSpec(
        tokens,
        new Order.Causal(),
        Transformer.Settings.of(16, 2, 2).gate(1),
        head,
        CONDITION,
        "fp32");
  }

  /** VALL-E of two networks of two blocks. */
  public static Recipe staged(TokenSpec tokens) {
    return new Recipe(
        new ModelSpec(
            tokens,
            new Order.Staged(4),
            Transformer.Settings.of(16, 2, 2).gate(1),
            new HeadSpec.Categorical(),
            CONDITION,
            "fp32"),
        new Objective(null, 0.1, null));
  }

  /** The same objective with conditions dropped so often. */
  public static Recipe drop(Recipe recipe, double conditionDrop) {
    Objective o = recipe.objective();
    return recipe.objective(new Objective(o.masking(), conditionDrop, o.bound()));
  }

  /** The same objective with another bound. */
  public static Recipe bound(Recipe recipe, Objective.Bound bound) {
    Objective o = recipe.objective();
    return recipe.objective(new Objective(o.masking(), o.conditionDrop(), bound));
  }

  /** The same model with dropout in its blocks. */
  public static Recipe dropout(Recipe recipe, double share) {
    ModelSpec m = recipe.model();
    Transformer.Settings b = m.backbone();
    Transformer.Settings sizes =
        new Transformer.Settings(
            b.width(), b.layers(), b.heads(), b.expansion(), b.gate(), share, b.recompute());
    return recipe.model(
        new ModelSpec(m.tokens(), m.order(), sizes, m.head(), m.condition(), "fp32"));
  }

  /** The same model with blocks computed anew in the backward pass, or not. */
  public static Recipe recompute(Recipe recipe, boolean on) {
    ModelSpec m = recipe.model();
    return recipe.model(
        new ModelSpec(
            m.tokens(), m.order(), m.backbone().recompute(on), m.head(), m.condition(), "fp32"));
  }

  /** A model whose every parameter has been moved at random, so that nothing is without effect. */
  public static Model model(NDManager manager, Recipe recipe, long seed) {
    TokenSpec t = recipe.model().tokens();
    Tokens tokens = tokens(manager, t.depth(), t.codes(), t.dimension(), 200);
    Model model = recipe.model().build(Parameters.on(manager, seed), tokens.codebooks());
    model.start(TokenStatistics.of(tokens.codes(), tokens.lengths(), tokens.codebooks()));
    stir(model.parameters(), seed);
    model.parameters().freeze();
    return model;
  }

  /** {@link #model} of a masked order. */
  public static MaskedModel masked(NDManager manager, Recipe recipe, long seed) {
    return (MaskedModel) model(manager, recipe, seed);
  }

  /** {@link #model} of a causal order. */
  public static CausalModel causal(NDManager manager, Recipe recipe, long seed) {
    return (CausalModel) model(manager, recipe, seed);
  }

  /** The mixture of free components that ResGen or AR-ResGen ends in. */
  public static MixtureHead mixture(Model model) {
    return (MixtureHead)
        (model.head() instanceof MixtureMlpHead mlp ? mlp.mixture() : model.head());
  }

  /** Adds normal noise of 0.2 to all that is trained. */
  public static void stir(Parameters parameters, long seed) {
    Torch.withGradients(
        false,
        () -> {
          parameters
              .trained()
              .forEach(
                  (name, array) -> {
                    float[] values = array.toFloatArray();
                    Noise.Stream noise = Noise.of(seed).stream(1, name.hashCode());
                    for (int i = 0; i < values.length; i++) {
                      values[i] += (float) (0.2 * noise.nextGaussian());
                    }
                    Torch.copy(values, array);
                  });
          return null;
        });
  }

  /** All codes, {@code [size, L, D]}. */
  public static int[] all(Codes codes) {
    return codes.rows(IntStream.range(0, codes.size()).toArray());
  }

  /** Flags of tokens, bool of a shape; 0 is false. */
  public static NDArray flags(NDManager manager, int[] values, long... shape) {
    return Torch.longs(manager, values, shape).gt(0);
  }

  /** Prefixes of so many depths as flags, {@code [B, L, D]}; counts are {@code [B, L]}. */
  public static NDArray prefixes(NDManager manager, int[] counts, int positions, int depth) {
    int[] values = new int[counts.length * depth];
    for (int t = 0; t < values.length; t++) {
      values[t] = t % depth < counts[t / depth] ? 1 : 0;
    }
    return flags(manager, values, counts.length / positions, positions, depth);
  }

  /** Tokens of samples under masks of prefixes. */
  public static Target target(Model model, int[] codes, int[] visible) {
    TokenSpec t = model.spec().tokens();
    int samples = codes.length / t.tokens();
    NDArray array =
        Torch.longs(model.manager(), codes, samples, t.positions(), t.depth()); // [B, L, D]
    NDArray flags = prefixes(model.manager(), visible, t.positions(), t.depth());
    return Target.of(model.codebooks(), array, Mask.of(flags));
  }

  /** Classes as a model reads them. */
  public static NDList conditions(Model model, int... ids) {
    return model.conditioner().upload(model.manager(), classes(ids));
  }

  /** The hidden states of samples under masks of prefixes, {@code [B·L, W]}. */
  public static NDArray hidden(Model model, int[] codes, int[] visible, int... ids) {
    NDArray hidden =
        model.hidden(target(model, codes, visible), conditions(model, ids), null, false);
    return hidden.reshape(-1, hidden.getShape().get(2));
  }

  /** Logits of every token of an RQ-Transformer's samples, {@code [B·L, D, V]}. */
  public static NDArray logits(CausalModel model, int[] codes, int... ids) {
    TokenSpec t = model.spec().tokens();
    NDArray hidden = hidden(model, codes, new int[codes.length / t.depth()], ids);
    NDArray flat = Torch.longs(model.manager(), codes, codes.length / t.depth(), t.depth());
    return ((DepthTransformerHead) model.head()).logits(hidden, flat);
  }
}
