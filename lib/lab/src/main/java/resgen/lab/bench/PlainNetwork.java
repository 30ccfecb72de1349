package resgen.lab.bench;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.ndarray.types.SparseFormat;
import ai.djl.nn.Activation;
import ai.djl.nn.core.Embedding;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.LayerNorm;
import java.util.Map;
import resgen.model.ResGenNetwork;
import resgen.model.ResGenSettings;
import resgen.nn.Rotary;

/**
 * ResGen's network and loss in DJL's own operations, one by one: what the kernels are compared with
 * on the same libtorch. It uses a network's parameters. Of the heads it knows the anchored one
 * without rank, of the ways in for masks the input; GELU is the exact one, as DJL has no other.
 */
final class PlainNetwork {

  private final Map<String, NDArray> p;
  private final ResGenSettings s;
  private final NDArray cos; // [L, headWidth]
  private final NDArray sin;
  private final NDArray depths; // [D]
  private final NDArray ones; // [W]
  private final NDArray zeros;

  PlainNetwork(ResGenNetwork network) {
    p = network.parameters().arrays();
    s = network.settings();
    NDManager manager = network.manager();
    int grid = s.tokens().grid();
    Rotary rotary = Rotary.grid(manager, grid, grid, s.backbone().headWidth());
    cos = rotary.cos();
    sin = rotary.sin();
    depths = manager.arange(0, s.tokens().depth(), 1, DataType.INT64);
    ones = manager.ones(new Shape(s.backbone().width()));
    zeros = manager.zeros(new Shape(s.backbone().width()));
  }

  private NDArray linear(NDArray x, String name) {
    return Linear.linear(x, p.get(name + "weight"), p.get(name + "bias")).head();
  }

  private static NDArray product(NDArray x, NDArray weight) {
    return Linear.linear(x, weight).head();
  }

  private static NDArray rows(NDArray table, NDArray index) {
    return Embedding.embedding(index, table, SparseFormat.DENSE).head();
  }

  /** As {@link ResGenNetwork#hidden}, without dropout. */
  NDArray hidden(NDArray visibleSum, NDArray visible, NDArray labels) {
    int w = s.backbone().width();
    NDArray shown = depths.lt(visible.expandDims(2)).toType(DataType.INT64, false);
    NDArray table = p.get("input.state.table");
    NDArray bits = rows(table.reshape(-1, table.getShape().get(2)), shown.add(depths.mul(2)));
    NDArray x =
        linear(visibleSum.mul(p.get("input.scale")), "input.sum.")
            .add(linear(bits.flatten(2, 3), "input.state."))
            .add(p.get("input.position"))
            .add(rows(p.get("input.class"), labels).expandDims(1)); // [B, L, W]
    NDArray c = linear(rows(p.get("condition.class"), labels), "condition.mlp.in.");
    NDArray m = linear(Activation.swish(c, 1), "condition.mlp.out.").reshape(-1, 1, 8, w);
    for (int i = 0; i < s.backbone().layers(); i++) {
      x = block(x, m.get(":, :, :6"), "backbone.block" + i + ".");
    }
    NDArray last = m.get(":, :, 6:").add(p.get("backbone.norm"));
    return modulate(x, last.get(":, :, 0"), last.get(":, :, 1"));
  }

  private NDArray modulate(NDArray x, NDArray shift, NDArray scale) {
    Shape width = new Shape(s.backbone().width());
    return LayerNorm.layerNorm(x, width, ones, zeros, 1e-5f).head().mul(scale.add(1)).add(shift);
  }

  private NDArray block(NDArray x, NDArray modulation, String name) {
    NDArray m = modulation.add(p.get(name + "modulation")); // [B, 1, 6, W]
    NDArray y = modulate(x, m.get(":, :, 0"), m.get(":, :, 1"));
    NDArray a = product(attention(product(y, p.get(name + "qkv"))), p.get(name + "out"));
    NDArray z = x.add(m.get(":, :, 2").mul(a));
    y = modulate(z, m.get(":, :, 3"), m.get(":, :, 4"));
    NDArray h = product(Activation.gelu(product(y, p.get(name + "up"))), p.get(name + "down"));
    return z.add(m.get(":, :, 5").mul(h));
  }

  /** {@code [B, L, 3·W] → [B, L, W]}. */
  private NDArray attention(NDArray qkv) {
    int heads = s.backbone().heads();
    int each = s.backbone().headWidth();
    long batch = qkv.getShape().get(0);
    long length = qkv.getShape().get(1);
    NDArray parts = qkv.reshape(batch, length, 3, heads, each).transpose(2, 0, 3, 1, 4);
    NDArray q = rotate(parts.get(0));
    NDArray k = rotate(parts.get(1));
    NDArray scores = q.matMul(k.swapAxes(2, 3)).mul((float) (1 / Math.sqrt(each)));
    NDArray a = scores.softmax(3).matMul(parts.get(2)); // [B, heads, L, each]
    return a.swapAxes(1, 2).reshape(batch, length, (long) heads * each);
  }

  private NDArray rotate(NDArray x) {
    int half = s.backbone().headWidth() / 2;
    NDArray turned = x.get("..., " + half + ":").neg().concat(x.get("..., :" + half), 3);
    return x.mul(cos).add(turned.mul(sin));
  }

  /**
   * The mixture's bound, summed over N positions.
   *
   * @param x hidden states, {@code [N, W]}
   * @param z targets, {@code [N, H]}
   * @param level masked depths less one, rising, {@code [N]} int64
   * @param counts how many positions each level has, {@code [D]}
   */
  NDArray loss(NDArray x, NDArray z, NDArray level, int[] counts) {
    int k = s.mixture().components();
    int h = s.tokens().dimension();
    NDArray weight = p.get("head.weight");
    NDArray bias = p.get("head.bias");
    NDArray logPi = Linear.linear(x, weight.get(":" + k), bias.get(":" + k)).head().logSoftmax(1);
    NDArray rest = Linear.linear(x.stopGradient(), weight.get(k + ":"), bias.get(k + ":")).head();
    NDArray base = rows(p.get("head.unit").expandDims(1), level); // [N, 1]
    NDArray logA =
        NDArrays.maximum(
            base.add(rest.get(":, " + h + ":")), rows(p.get("head.floor").expandDims(1), level));
    NDArray zt = z.sub(rest.get(":, :" + h).mul(base.exp())).mul(logA.neg().exp());
    NDArray d2 = distances(zt, counts).add(zt.square().sum(new int[] {1}, true)); // [N, K]
    NDArray logQ = d2.stopGradient().mul((float) (-0.5 * s.mixture().sharpness())).logSoftmax(1);
    NDArray q = logQ.exp();
    NDArray regression =
        logA.sum().mul(h).add(q.mul(d2).sum().mul(0.5f)).add((float) constant(counts, h));
    return regression.add(q.mul(logQ.sub(logPi)).sum());
  }

  private static double constant(int[] counts, int h) {
    return java.util.Arrays.stream(counts).sum() * 0.5 * h * Math.log(2 * Math.PI);
  }

  /** ‖μ‖² − 2·z̃·μ for the means of each position's level. */
  private NDArray distances(NDArray zt, int[] counts) {
    NDList parts = new NDList();
    int from = 0;
    for (int i = 0; i < counts.length; i++) {
      if (counts[i] > 0) {
        NDArray means = p.get("head.offset").get(i); // [K, H]
        NDArray along = zt.get(from + ":" + (from + counts[i])).matMul(means.transpose());
        parts.add(means.square().sum(new int[] {1}).sub(along.mul(2)));
        from += counts[i];
      }
    }
    return NDArrays.concat(parts);
  }
}
