package resgen.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import resgen.head.Head;
import resgen.head.HeadSpec;
import resgen.head.Objective;
import resgen.head.Target;
import resgen.mask.Mask;
import resgen.nn.BatchPart;
import resgen.nn.Init;
import resgen.nn.Parameters;
import resgen.noise.Keys;
import resgen.quantize.Codebooks;
import resgen.quantize.TokenStatistics;
import resgen.token.TokenSpec;
import resgen.torch.Precision;
import resgen.torch.Torch;

/** A generator's network: what comes before the head, and the head. */
public abstract sealed class Model permits MaskedModel, CausalModel, StagedModel {

  private final ModelSpec spec;
  private final Parameters parameters;
  private final Codebooks codebooks; // null in a plan
  private final NDArray inputScale; // [1]; null of a model of models

  /**
   * What all have.
   *
   * @param inputScale what embedding sums are multiplied by before they enter the network
   * @throws IllegalArgumentException if the codebooks are not those of the tokens
   */
  Model(Parameters parameters, ModelSpec spec, Codebooks codebooks, NDArray inputScale) {
    this.spec = spec;
    this.parameters = parameters;
    this.codebooks = codebooks;
    this.inputScale = inputScale;
    TokenSpec t = spec.tokens();
    if (codebooks != null
        && (codebooks.depth() != t.depth()
            || codebooks.codes() != t.codes()
            || codebooks.dimension() != t.dimension())) {
      throw new IllegalArgumentException(
          "codebooks of %d depths × %d codes × %d dimensions do not fit %s"
              .formatted(codebooks.depth(), codebooks.codes(), codebooks.dimension(), t));
    }
  }

  /** Declares {@code input.scale}. */
  static NDArray scale(Parameters parameters) {
    return parameters.scope("input").constant("scale", Init.constant(1), 1);
  }

  /** The precision of the matrix products; a plan needs no engine. */
  final Precision precision() {
    return manager() == null ? Precision.FP32 : Precision.of(spec.precision());
  }

  /** What a head is declared from. */
  final HeadSpec.Context context() {
    return new HeadSpec.Context(
        parameters, spec.tokens(), spec.backbone(), precision(), codebooks, inputScale);
  }

  /**
   * The masks of a training batch, {@code [n·B, L, D]}: the first mask of every sample, then the
   * second of each, up to the n that the objective asks for.
   *
   * @param how the schedule, and how many masks a sample has
   * @param keys a stream for each sample
   * @param lengths positions of each sample that hold tokens, {@code [B]} int64
   */
  public abstract Mask masks(Objective how, Keys keys, NDArray lengths);

  /**
   * The hidden states that the head reads.
   *
   * @param target tokens and masks
   * @param condition as {@link Conditioner#upload} makes it
   * @param lengths positions of each sample that hold tokens, {@code [B]} int64; null for all
   * @param part which samples of a training batch they are, for dropout
   * @return {@code [B, L, W]}
   */
  public abstract NDArray hidden(Target target, NDList condition, NDArray lengths, BatchPart part);

  /**
   * The same of samples that are a whole batch.
   *
   * @param training whether dropout applies
   */
  public final NDArray hidden(Target target, NDList condition, NDArray lengths, boolean training) {
    long samples = target.visibleSum().getShape().get(0);
    return hidden(target, condition, lengths, BatchPart.whole(samples, training));
  }

  /** What embeds its conditions. */
  public abstract Conditioner conditioner();

  /** What is made of its hidden states. */
  public abstract Head head();

  /** Operations of one sample's way to the head, two for each multiply-add. */
  public abstract double flops();

  /** Scales the input so that a sum of all embeddings has a deviation of 1, and starts the head. */
  public void start(TokenStatistics statistics) {
    double whole = statistics.deviation()[spec.tokens().depth() - 1];
    Torch.copy(new float[] {(float) (1 / Math.max(whole, 1e-6))}, inputScale);
    head().start(statistics);
  }

  /** What is the same at all positions, or of each: {@code [B, W]} or {@code [B, L, W]} in. */
  static NDArray perPosition(NDArray x) {
    return x.getShape().dimension() == 2 ? x.expandDims(1) : x; // [B, 1 or L, W]
  }

  /** What embedding sums are multiplied by before they enter a network, {@code [1]}. */
  final NDArray inputScale() {
    return inputScale;
  }

  /** What it is. */
  public final ModelSpec spec() {
    return spec;
  }

  /** Its parameters. */
  public final Parameters parameters() {
    return parameters;
  }

  /** The frozen codebooks of its tokens; null in a plan. */
  public final Codebooks codebooks() {
    return codebooks;
  }

  /** The manager that owns it; null in a plan. */
  public final NDManager manager() {
    return parameters.manager();
  }
}
