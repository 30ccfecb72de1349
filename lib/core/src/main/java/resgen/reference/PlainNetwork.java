package resgen.reference;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.ndarray.types.SparseFormat;
import ai.djl.nn.Activation;
import ai.djl.nn.core.Embedding;
import java.util.Map;

/**
 * ResGen's network and loss by plain array operations, on the parameters of a network. Of the heads
 * it knows the anchored one without rank, of the ways in for masks the input; no dropout.
 *
 * @param parameters by name, as the network declares them
 * @param cos rotary table, {@code [L, W/heads]}
 * @param sin likewise
 * @param layers blocks
 * @param heads attention heads
 * @param sharpness β of the responsibilities
 */
public record PlainNetwork(
    Map<String, NDArray> parameters,
    NDArray cos,
    NDArray sin,
    int layers,
    int heads,
    double sharpness) {

  private NDArray of(String name) {
    NDArray found = parameters.get(name);
    if (found == null) {
      throw new IllegalArgumentException(
          "no parameter '" + name + "'; there are " + parameters.keySet());
    }
    return found;
  }

  private NDArray affine(NDArray x, String name) {
    return PlainBlock.linear(x, of(name + "weight"), of(name + "bias"));
  }

  private static NDArray rows(NDArray table, NDArray index) {
    return Embedding.embedding(index, table, SparseFormat.DENSE).head();
  }

  /**
   * The hidden states that the head reads.
   *
   * @param visibleSum Σ_j e(x_j; j)·m_j, {@code [B, L, H]}
   * @param visible visible depths, {@code [B, L]} int64
   * @param labels classes, the last one for none, {@code [B]} int64
   * @return {@code [B, L, W]}
   */
  public NDArray hidden(NDArray visibleSum, NDArray visible, NDArray labels) {
    NDArray x = // [B, L, W]
        affine(visibleSum.mul(of("input.scale")), "input.sum.")
            .add(affine(maskState(visible), "input.state."))
            .add(of("input.position"))
            .add(rows(of("input.class"), labels).expandDims(1));
    long w = x.getShape().get(2);
    NDArray c = affine(rows(of("condition.class"), labels), "condition.mlp.in."); // [B, 4·W]
    NDArray m = affine(Activation.swish(c, 1), "condition.mlp.out.").reshape(-1, 1, 8, w);
    NDArray forBlocks = m.get(":, :, :6");
    for (int i = 0; i < layers; i++) {
      String name = "backbone.block" + i + ".";
      x =
          PlainBlock.block(
              x,
              forBlocks.add(of(name + "modulation")),
              of(name + "qkv"),
              of(name + "out"),
              of(name + "up"),
              of(name + "down"),
              cos,
              sin,
              heads);
    }
    NDArray last = m.get(":, :, 6:").add(of("backbone.norm"));
    return PlainBlock.modulate(x, last.get(":, :, 0"), last.get(":, :, 1"));
  }

  /** Embeddings of every depth's bit, side by side: {@code [B, L, D·S]}. */
  private NDArray maskState(NDArray visible) {
    NDArray table = of("input.state.table"); // [D, 2, S]
    int d = (int) table.getShape().get(0);
    NDArray depths = visible.getManager().arange(0, d, 1, DataType.INT64);
    NDArray bit = depths.lt(visible.expandDims(2)).toType(DataType.INT64, false); // [B, L, D]
    return rows(table.reshape(2L * d, -1), bit.add(depths.mul(2))).flatten(2, 3);
  }

  /**
   * The training loss: the bound summed over the positions with a masked token, divided by the
   * number of masked tokens.
   *
   * @param codes x, {@code [B, L, D]} int64
   * @param visible visible depths, {@code [B, L]} int64, not D everywhere
   * @param labels classes, {@code [B]} int64
   * @param books e, {@code [D, V, H]}
   */
  public NDArray loss(NDArray codes, NDArray visible, NDArray labels, NDArray books) {
    Shape s = codes.getShape();
    long rows = s.get(0) * s.get(1);
    int d = (int) s.get(2);
    NDArray embedded = PlainRvq.embed(codes.reshape(rows, d), books); // [B·L, D, H]
    NDArray shown = visible.flatten(); // [B·L]
    NDArray mask = PlainMasks.mask(shown, d); // [B·L, D]
    NDArray sums = PlainRvq.visibleSum(embedded, mask).reshape(s.get(0), s.get(1), -1);
    NDArray hidden = hidden(sums, visible, labels).reshape(rows, -1); // [B·L, W]
    NDArray open = shown.lt(d).nonzero().squeeze(1); // positions with a masked token
    NDArray level = shown.get(open).neg().add(d - 1L);
    NDArray z = PlainRvq.maskedSum(embedded, mask).get(open);
    return loss(hidden.get(open), z, level).div(mask.neg().add(1).sum());
  }

  /**
   * The mixture's bound, regression and divergence, summed over N masked positions; means, shift
   * and scale send no gradient into the hidden states.
   *
   * @param x hidden states, {@code [N, W]}
   * @param z targets, {@code [N, H]}
   * @param level masked depths less one, {@code [N]} int64
   */
  public NDArray loss(NDArray x, NDArray z, NDArray level) {
    NDArray offset = of("head.offset"); // [D, K, H]
    NDArray sum = null;
    for (int k = 0; k < offset.getShape().get(0); k++) {
      NDArray at = level.eq(k).nonzero().squeeze(1); // the rows with k + 1 masked depths
      if (at.size() > 0) {
        NDArray part = loss(x.get(at), z.get(at), k, offset.get(k));
        sum = sum == null ? part : sum.add(part);
      }
    }
    if (sum == null) {
      throw new IllegalArgumentException("the loss needs at least one masked position");
    }
    return sum;
  }

  private NDArray loss(NDArray x, NDArray z, int level, NDArray means) {
    int k = (int) means.getShape().get(0);
    int h = (int) z.getShape().get(1);
    NDArray weight = of("head.weight"); // [K + H + 1, W]
    NDArray bias = of("head.bias");
    NDArray logPi = PlainBlock.linear(x, weight.get(":" + k), bias.get(":" + k)).logSoftmax(1);
    NDArray rest = // b and log a in units of the level's base scale: [N, H + 1]
        PlainBlock.linear(x.stopGradient(), weight.get(k + ":"), bias.get(k + ":"));
    NDArray unit = of("head.unit").get(level);
    NDArray shift = rest.get(":, :" + h).mul(unit.exp());
    NDArray logA =
        NDArrays.maximum(unit.add(rest.get(":, " + h + ":")), of("head.floor").get(level));
    NDArray distances =
        PlainMixture.sharedDistances(PlainMixture.standardize(z, shift, logA), means);
    PlainMixture.Terms terms = PlainMixture.bound(distances, logPi, logA, h, sharpness);
    return terms.regression().add(terms.divergence()).sum();
  }
}
