package resgen.head;

import ai.djl.ndarray.NDArray;
import resgen.nn.MlpStack;
import resgen.nn.Parameters;
import resgen.nn.Transformer;
import resgen.quantize.Codebooks;
import resgen.settings.Later;
import resgen.settings.Range;
import resgen.settings.Variants;
import resgen.token.TokenSpec;
import resgen.torch.Precision;

/**
 * What a head is, as settings. A head of one's own is a record that implements this interface, made
 * known to JSON by {@link resgen.settings.Json#register}.
 */
@Variants({
  HeadSpec.Mixture.class,
  HeadSpec.CodeMixture.class,
  HeadSpec.Categorical.class,
  HeadSpec.DepthTransformer.class,
  HeadSpec.MixtureMlp.class,
  HeadSpec.NextCode.class
})
public interface HeadSpec {

  /** Declares the head's parameters. */
  Head build(Context context);

  /** Whether it follows a causal backbone, and decodes a position at a time. */
  default boolean causal() {
    return false;
  }

  /** Whether its training reads the mixture's {@link Objective.Bound}. */
  default boolean readsBound() {
    return false;
  }

  /**
   * Checks that the bound says nothing that its training does not read.
   *
   * @throws IllegalArgumentException naming the setting
   */
  default void check(Objective.Bound bound) {
    Range.require(
        bound.auxiliary() == 0, "objective.bound.auxiliary", bound.auxiliary(), "0 with it");
  }

  /** Whether its training masks tokens, and so reads a schedule. */
  default boolean readsMasking() {
    return true;
  }

  /**
   * Checks that it fits tokens.
   *
   * @throws IllegalArgumentException if it does not
   */
  default void check(TokenSpec tokens) {}

  /**
   * What a head is declared from.
   *
   * @param parameters of the whole model; a plan has no arrays
   * @param tokens their shape
   * @param backbone sizes of what is before the head
   * @param precision of its matrix products
   * @param codebooks frozen; null in a plan
   * @param inputScale what embedding sums are multiplied by before a network reads them, {@code
   *     [1]}; null in a plan
   */
  record Context(
      Parameters parameters,
      TokenSpec tokens,
      Transformer.Settings backbone,
      Precision precision,
      Codebooks codebooks,
      NDArray inputScale) {}

  /** A mixture over the sum of the masked embeddings. */
  @Variants({Mixture.class, CodeMixture.class})
  interface OverSums extends HeadSpec {
    @Override
    SumHead build(Context context);

    @Override
    default boolean readsBound() {
      return true;
    }
  }

  /** How the means of a mixture come about. */
  enum Means {
    /** μ_v ∈ R^H is put out whole: the paper's head for images. */
    FULL,
    /**
     * μ_v = M_v μ̃_v + s_v with learned M_v and s_v, and μ̃_v ∈ R^h put out: the paper's, audio.
     */
    LOW_RANK,
    /**
     * μ_v = M_v μ̃_v + s_{k,v}, with a table s for every number k of masked depths that starts at
     * the codes of the shallowest masked depth, and a base scale per k. A drawn z then falls into
     * the cell of the code that its component stands for. Not in the paper.
     */
    ANCHORED
  }

  /**
   * A mixture of Gaussians over the sum of the masked embeddings (paper, section 3.2).
   *
   * @param components K, how many Gaussians
   * @param means how the means come about
   * @param rank h, the rank of what the network adds to the means; 0 with full means, and for
   *     nothing with anchored ones
   * @param minLogScale the least value of log a; anchored means bring their own, and have it 0
   * @param levelBias whether logits, means, shift and scale have a bias of their own for every
   *     number of masked depths, so that free components can differ between them. Not in the paper
   */
  record Mixture(
      int components, Means means, int rank, double minLogScale, @Later boolean levelBias)
      implements OverSums {
    public Mixture {
      Range.require(components >= 1 && components <= 1 << 20, "components", components, "1 … 2²⁰");
      Range.require(rank >= 0 && rank <= 1 << 16, "rank", rank, "0 … 65536");
      Range.require(means != Means.FULL || rank == 0, "rank", rank, "0 with full means");
      Range.require(
          means != Means.LOW_RANK || rank > 0, "rank", rank, "at least 1 with low-rank means");
      Range.require(Double.isFinite(minLogScale), "minLogScale", minLogScale, "finite");
      Range.require(
          means != Means.ANCHORED || minLogScale == 0,
          "minLogScale",
          minLogScale,
          "0 with anchored means, which bring their own");
    }

    /** The paper's head for images: full means, log a at least −4. */
    public static Mixture full(int components) {
      return new Mixture(components, Means.FULL, 0, -4, false);
    }

    /** The paper's head for audio: low-rank means, log a at least −4. */
    public static Mixture lowRank(int components, int rank) {
      return new Mixture(components, Means.LOW_RANK, rank, -4, false);
    }

    /** Means anchored at the codes. */
    public static Mixture anchored(int components, int rank) {
      return new Mixture(components, Means.ANCHORED, rank, 0, false);
    }

    /** With another least value of log a. */
    public Mixture minLogScale(double least) {
      return new Mixture(components, means, rank, least, levelBias);
    }

    /** With biases of its own for every number of masked depths, or without. */
    public Mixture levelBias(boolean own) {
      return new Mixture(components, means, rank, minLogScale, own);
    }

    /** d, how many numbers the network puts out for each mean in a space of H dimensions. */
    public int meanOutputs(int dimension) {
      return means == Means.FULL ? dimension : rank;
    }

    @Override
    public MixtureHead build(Context c) {
      return new MixtureHead(c.parameters().scope("head"), this, c);
    }

    @Override
    public void check(TokenSpec tokens) {
      if (means == Means.ANCHORED && components % tokens.codes() != 0) {
        throw new IllegalArgumentException(
            "components %d of anchored means must be a multiple of codes %d"
                .formatted(components, tokens.codes()));
      }
    }
  }

  /** Whose output rows the mixture weights of {@link CodeMixture} are. */
  enum Weights {
    /** Every depth has rows of its own: a row is one code. */
    PER_DEPTH,
    /** All depths share the rows: a row is code v of whichever depth is the shallowest masked. */
    SHARED
  }

  /** The scale of a Gaussian part of {@link CodeMixture}. */
  enum Scale {
    /** One number for all dimensions. */
    ISOTROPIC,
    /** A number for each dimension. */
    DIAGONAL
  }

  /**
   * A mixture of Gaussians over the sum of the masked embeddings, with a component for every code
   * of the shallowest masked depth, or every tuple of codes of the shallowest ones, and a few
   * Gaussian parts for what remains of the sum. Not in the paper, whose components are free; see
   * {@link CodeMixtureHead}.
   *
   * @param weights whose rows the logits of π are
   * @param hidden width of the layer that reads the hidden state and the code; 0 if the remainder
   *     depends on the hidden state alone
   * @param parts M, Gaussians of a remainder
   * @param scale of a Gaussian
   * @param further how many codes a component stands for beside the first, those of the masked
   *     depths after it, drawn one after the other: C − 1
   */
  record CodeMixture(Weights weights, int hidden, int parts, Scale scale, @Later int further)
      implements OverSums {
    public CodeMixture {
      Range.require(weights != null, "weights", null, "given");
      Range.require(hidden >= 0 && hidden <= 1 << 16, "hidden", hidden, "0 … 65536");
      Range.require(parts >= 1 && parts <= 1 << 12, "parts", parts, "1 … 4096");
      Range.require(scale != null, "scale", null, "given");
      Range.require(further >= 0 && further <= 1 << 10, "further", further, "0 … 1024");
      Range.require(further == 0 || hidden > 0, "hidden", hidden, "at least 1 with further codes");
      Range.require(
          further == 0 || weights == Weights.PER_DEPTH,
          "further",
          further,
          "0 with shared weights");
    }

    /**
     * Pairs of codes, or single ones of tokens of one depth; four parts with diagonal scales, read
     * from the codes by a layer of 128.
     */
    public static CodeMixture usual(int depth) {
      return of(128, 4).further(Math.min(1, depth - 1));
    }

    /** Weights for every depth, diagonal scales. */
    public static CodeMixture of(int hidden, int parts) {
      return new CodeMixture(Weights.PER_DEPTH, hidden, parts, Scale.DIAGONAL, 0);
    }

    /** With other rows of the mixture weights. */
    public CodeMixture weights(Weights rows) {
      return new CodeMixture(rows, hidden, parts, scale, further);
    }

    /** With another scale. */
    public CodeMixture scale(Scale other) {
      return new CodeMixture(weights, hidden, parts, other, further);
    }

    /** With so many codes in a component beside the first. */
    public CodeMixture further(int codes) {
      return new CodeMixture(weights, hidden, parts, scale, codes);
    }

    /** How many numbers a remainder's parts are in a space of H dimensions. */
    public int outputs(int dimension) {
      return parts * (1 + dimension + (scale == Scale.DIAGONAL ? dimension : 1));
    }

    @Override
    public CodeMixtureHead build(Context c) {
      return new CodeMixtureHead(c.parameters().scope("head"), this, c);
    }

    @Override
    public void check(Objective.Bound bound) {
      String codes = "%s with a component for every code, whose responsibility is the code itself";
      Range.require(
          bound.sharpness() == 1,
          "objective.bound.sharpness",
          bound.sharpness(),
          codes.formatted("1"));
      Range.require(
          bound.prior() == 0, "objective.bound.prior", bound.prior(), codes.formatted("0"));
      Range.require(
          bound.smoothing() == 0,
          "objective.bound.smoothing",
          bound.smoothing(),
          codes.formatted("0"));
      Range.require(
          bound.auxiliary() == 0 || weights == Weights.PER_DEPTH,
          "objective.bound.auxiliary",
          bound.auxiliary(),
          "0 with shared weights");
      Range.require(
          bound.auxiliary() > 0 || further == 0,
          "objective.bound.auxiliary",
          bound.auxiliary(),
          "more than 0 with further codes in a component, whose cross-entropy it weighs");
    }

    @Override
    public void check(TokenSpec tokens) {
      Range.require(
          further < tokens.depth(), "further", further, "less than depth " + tokens.depth());
    }
  }

  /** A softmax over the codes of every depth, all from the same hidden state. */
  record Categorical() implements HeadSpec {
    @Override
    public CategoricalHead build(Context c) {
      return new CategoricalHead(c.parameters().scope("head"), c);
    }
  }

  /**
   * A causal transformer over the depths of a position (Lee et al. 2022).
   *
   * @param layers its blocks, of the backbone's sizes
   */
  record DepthTransformer(int layers) implements HeadSpec {
    public DepthTransformer {
      Range.require(layers >= 1 && layers <= 1024, "layers", layers, "1 … 1024");
    }

    @Override
    public DepthTransformerHead build(Context c) {
      return new DepthTransformerHead(c, c.backbone().layers(layers));
    }

    @Override
    public boolean causal() {
      return true;
    }

    @Override
    public boolean readsMasking() {
      return false;
    }
  }

  /** A softmax over the codes of tokens of one depth, one position after another. */
  record NextCode() implements HeadSpec {
    @Override
    public NextCodeHead build(Context c) {
      return new NextCodeHead(c);
    }

    @Override
    public boolean causal() {
      return true;
    }

    @Override
    public boolean readsMasking() {
      return false;
    }

    @Override
    public void check(TokenSpec tokens) {
      Range.require(tokens.depth() == 1, "depth", tokens.depth(), "1 with head NextCode");
    }
  }

  /**
   * An MLP over the hidden state and the visible sum of a position, iterated over its depths, with
   * a mixture after it (paper, AR-ResGen).
   *
   * @param mlp its sizes
   * @param mixture what it ends in
   */
  record MixtureMlp(MlpStack.Settings mlp, OverSums mixture) implements HeadSpec {
    @Override
    public MixtureMlpHead build(Context c) {
      return new MixtureMlpHead(c, this);
    }

    @Override
    public boolean causal() {
      return true;
    }

    @Override
    public boolean readsBound() {
      return true;
    }

    @Override
    public void check(TokenSpec tokens) {
      mixture.check(tokens);
    }

    @Override
    public void check(Objective.Bound bound) {
      mixture.check(bound);
    }
  }
}
