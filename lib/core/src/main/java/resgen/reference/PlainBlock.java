package resgen.reference;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.LayerNorm;

/** The backbone's block by plain array operations (paper, appendix on the architecture). */
public final class PlainBlock {

  private static final double EPSILON = 1e-5;

  private PlainBlock() {}

  /** x·Wᵀ over the last axis; the weight is {@code [out, in]}. */
  public static NDArray linear(NDArray x, NDArray weight) {
    return Linear.linear(x, weight).head();
  }

  /** x·Wᵀ + c. */
  public static NDArray linear(NDArray x, NDArray weight, NDArray bias) {
    return Linear.linear(x, weight, bias).head();
  }

  /** (1 + scale)·LN(x) + shift, over the last axis. */
  public static NDArray modulate(NDArray x, NDArray shift, NDArray scale) {
    Shape width = new Shape(x.getShape().get(x.getShape().dimension() - 1));
    NDArray ones = x.getManager().ones(width, x.getDataType());
    NDArray zeros = x.getManager().zeros(width, x.getDataType());
    NDArray normed = LayerNorm.layerNorm(x, width, ones, zeros, (float) EPSILON).head();
    return normed.mul(scale.add(1)).add(shift);
  }

  /** x/2·(1 + tanh(√(2/π)·(x + 0.044715·x³))). */
  public static NDArray gelu(NDArray x) {
    NDArray inner = x.square().mul(0.044715f).add(1).mul(x).mul((float) Math.sqrt(2 / Math.PI));
    return inner.tanh().add(1).mul(x).mul(0.5f);
  }

  /**
   * Turns the pairs (i, i + d/2) of each head by the angles of their position.
   *
   * @param x {@code [..., L, d]}
   * @param cos {@code [L, d]}
   * @param sin {@code [L, d]}
   */
  public static NDArray rotate(NDArray x, NDArray cos, NDArray sin) {
    int last = x.getShape().dimension() - 1;
    long half = x.getShape().get(last) / 2;
    NDArray turned = x.get("..., " + half + ":").neg().concat(x.get("..., :" + half), last);
    return x.mul(cos).add(turned.mul(sin));
  }

  /**
   * softmax(QKᵀ/√d)·V.
   *
   * @param q {@code [B, heads, L, d]}; so k and v
   */
  public static NDArray attention(NDArray q, NDArray k, NDArray v) {
    double scale = 1 / Math.sqrt(q.getShape().get(3));
    return q.matMul(k.swapAxes(2, 3)).mul((float) scale).softmax(3).matMul(v);
  }

  /**
   * One block: y = x + g₁·Attention(modulate(x)), then y + g₂·MLP(modulate(y)).
   *
   * @param x {@code [B, L, W]}
   * @param modulation shift, scale and gate of attention and of the MLP, {@code [B, 1 or L, 6, W]}
   * @param qkv {@code [3·W, W]}
   * @param out {@code [W, W]}
   * @param up {@code [E·W, W]}
   * @param down {@code [W, E·W]}
   * @param cos {@code [L, W/heads]}
   * @param sin likewise
   * @param heads attention heads
   */
  public static NDArray block(
      NDArray x,
      NDArray modulation,
      NDArray qkv,
      NDArray out,
      NDArray up,
      NDArray down,
      NDArray cos,
      NDArray sin,
      int heads) {
    long b = x.getShape().get(0);
    long l = x.getShape().get(1);
    long w = x.getShape().get(2);
    NDArray[] m = new NDArray[6];
    for (int i = 0; i < 6; i++) {
      m[i] = modulation.get(":, :, " + i); // [B, 1 or L, W]
    }
    NDArray parts = // [3, B, heads, L, d]
        linear(modulate(x, m[0], m[1]), qkv)
            .reshape(b, l, 3, heads, w / heads)
            .transpose(2, 0, 3, 1, 4);
    NDArray mixed =
        attention(rotate(parts.get(0), cos, sin), rotate(parts.get(1), cos, sin), parts.get(2));
    NDArray y = x.add(m[2].mul(linear(mixed.swapAxes(1, 2).reshape(b, l, w), out)));
    NDArray h = gelu(linear(modulate(y, m[3], m[4]), up)); // [B, L, E·W]
    return y.add(m[5].mul(linear(h, down)));
  }
}
