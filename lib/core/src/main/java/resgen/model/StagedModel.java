package resgen.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import resgen.head.CategoricalHead;
import resgen.head.Head;
import resgen.head.HeadSpec;
import resgen.head.NextCodeHead;
import resgen.head.Objective;
import resgen.head.StagedHead;
import resgen.head.Target;
import resgen.mask.Mask;
import resgen.mask.MaskLaw;
import resgen.nn.BatchPart;
import resgen.nn.Parameters;
import resgen.noise.Keys;
import resgen.quantize.Codebooks;
import resgen.quantize.TokenStatistics;
import resgen.token.TokenSpec;
import resgen.torch.Kernel;

/**
 * Two networks of the same sizes (VALL-E, Wang et al. 2023): a causal one over the codes of the
 * first depth, and a bidirectional one that makes all positions of a further depth from the sums of
 * the coarser ones. In training each sample teaches both: all codes of its first depth, and those
 * of one other depth, drawn at random.
 */
public final class StagedModel extends Model {

  private final CausalModel first;
  private final MaskedModel others;
  private final StagedHead head;

  /** Declares the models {@code first} and {@code others}. */
  StagedModel(Parameters parameters, ModelSpec spec, Order.Staged order, Codebooks codebooks) {
    super(parameters, spec, codebooks, null);
    TokenSpec t = spec.tokens();
    TokenSpec one = new TokenSpec(t.layout(), 1, t.codes(), t.dimension());
    first =
        new CausalModel(
            parameters.scope("first"),
            new ModelSpec(
                one,
                new Order.Causal(),
                spec.backbone(),
                new HeadSpec.NextCode(),
                spec.condition(),
                spec.precision()),
            codebooks == null ? null : codebooks.truncate(1));
    Order.Masked levels =
        new Order.Masked(MaskLaw.levels(), order.stateWidth(), Order.State.MODULATION, false, true);
    others =
        new MaskedModel(
            parameters.scope("others"),
            new ModelSpec(
                t, levels, spec.backbone(), spec.head(), spec.condition(), spec.precision()),
            levels,
            codebooks);
    head = new StagedHead((NextCodeHead) first.head(), (CategoricalHead) others.head());
  }

  /** The causal model of the first depth. */
  public CausalModel first() {
    return first;
  }

  /** The model of the other depths, whose mask law begins with the first depth. */
  public MaskedModel others() {
    return others;
  }

  /** {@inheritDoc} Predicted are the first depth and the one that is drawn. */
  @Override
  public Mask masks(Objective how, Keys keys, NDArray lengths) {
    Mask level = others.masks(how, keys, lengths);
    NDArray predicted = // [B, L, D]
        Kernel.of("laws").call("with_first", level.predicted(), lengths).head();
    return new Mask(level.visible(), predicted);
  }

  /** {@inheritDoc} Those of both, {@code [B, L, 2·W]}. */
  @Override
  public NDArray hidden(Target target, NDList condition, NDArray lengths, BatchPart part) {
    NDArray codes = target.codes().get(":, :, :1"); // [B, L, 1]
    Mask seen = Mask.of(target.mask().visible().get(":, :, :1"));
    Target coarse = Target.of(first.codebooks(), codes, seen);
    NDArray one = first.hidden(coarse, condition, lengths, part); // [B, L, W]
    return one.concat(others.hidden(target, condition, lengths, part), 2);
  }

  /** {@inheritDoc} Both networks are told the same. */
  @Override
  public Conditioner conditioner() {
    return first.conditioner();
  }

  @Override
  public Head head() {
    return head;
  }

  /** {@inheritDoc} Of both networks, once each. */
  @Override
  public double flops() {
    return first.flops() + others.flops();
  }

  /** {@inheritDoc} Most of a sum is its first depth, so both scale alike. */
  @Override
  public void start(TokenStatistics statistics) {
    int last = spec().tokens().depth() - 1;
    first.start(
        new TokenStatistics(
            new double[] {statistics.deviation()[last]},
            new float[][] {statistics.anchors()[last]}));
    others.start(statistics);
  }
}
