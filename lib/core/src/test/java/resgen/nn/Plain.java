package resgen.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import resgen.torch.Torch;

/** The network parts by plain array operations, for comparison with the kernels. */
final class Plain {

  private Plain() {}

  /** Over the last axis, without affine. */
  static NDArray layerNorm(NDArray x, double epsilon) {
    int last = x.getShape().dimension() - 1;
    NDArray centred = x.sub(x.mean(new int[] {last}, true));
    return centred.div(centred.square().mean(new int[] {last}, true).add(epsilon).sqrt());
  }

  /** (1 + scale)·LN(x) + shift. */
  static NDArray modulate(NDArray x, NDArray shift, NDArray scale) {
    return layerNorm(x, 1e-5).mul(scale.add(1)).add(shift);
  }

  static NDArray linear(NDArray x, NDArray weight) {
    return x.matMul(weight.transpose());
  }

  static NDArray geluTanh(NDArray x) {
    NDArray cube = Torch.scale(x.mul(x).mul(x), 0.044715);
    NDArray inner = Torch.scale(x.add(cube), Math.sqrt(2 / Math.PI));
    return Torch.scale(x.mul(inner.tanh().add(1)), 0.5);
  }

  static NDArray silu(NDArray x) {
    return x.div(x.neg().exp().add(1));
  }

  /** Pairs (i, i + half) of {@code [B, heads, L, d]} turned as complex numbers. */
  static NDArray rotate(NDArray x, Rotary rotary) {
    long half = x.getShape().get(3) / 2;
    NDArray a = x.get("..., :" + half);
    NDArray b = x.get("..., " + half + ":");
    NDArray cos = rotary.cos().get(":, :" + half);
    NDArray sin = rotary.sin().get(":, :" + half);
    return a.mul(cos).sub(b.mul(sin)).concat(b.mul(cos).add(a.mul(sin)), 3);
  }

  /** softmax(QKᵀ/√d)·V over {@code [B, heads, L, d]}. */
  static NDArray attention(NDArray q, NDArray k, NDArray v, boolean causal) {
    Shape s = q.getShape();
    NDArray scores = Torch.scale(q.matMul(k.transpose(0, 1, 3, 2)), 1 / Math.sqrt(s.get(3)));
    if (causal) {
      int l = (int) s.get(2);
      float[] mask = new float[l * l];
      for (int i = 0; i < l * l; i++) {
        mask[i] = i % l > i / l ? -1e9f : 0;
      }
      scores = scores.add(Torch.floats(q.getManager(), mask, l, l));
    }
    return scores.softmax(3).matMul(v);
  }

  /** One block; arrays as {@link Transformer} declares them. */
  static NDArray block(
      NDArray x, NDArray modulation, NDList arrays, Rotary rotary, int heads, boolean causal) {
    Shape s = x.getShape();
    NDArray[] m = new NDArray[6];
    for (int i = 0; i < 6; i++) {
      m[i] = modulation.add(arrays.get(0)).get(":, :, " + i);
    }
    long head = s.get(2) / heads;
    NDList qkv = linear(modulate(x, m[0], m[1]), arrays.get(1)).split(3, 2);
    NDArray[] parts = new NDArray[3];
    for (int i = 0; i < 3; i++) {
      parts[i] = qkv.get(i).reshape(s.get(0), s.get(1), heads, head).transpose(0, 2, 1, 3);
    }
    NDArray mixed =
        attention(rotate(parts[0], rotary), rotate(parts[1], rotary), parts[2], causal)
            .transpose(0, 2, 1, 3)
            .reshape(s);
    NDArray y = x.add(m[2].mul(linear(mixed, arrays.get(2))));
    NDArray inner = geluTanh(linear(modulate(y, m[3], m[4]), arrays.get(3)));
    return y.add(m[5].mul(linear(inner, arrays.get(4))));
  }

  /** Group norm by reshape. */
  static NDArray groupNorm(NDArray x, NDArray weight, NDArray bias, int groups) {
    Shape s = x.getShape();
    NDArray flat = x.reshape(s.get(0), groups, s.size() / s.get(0) / groups);
    NDArray normed = layerNorm(flat, 1e-6).reshape(s);
    return normed.mul(weight.reshape(1, -1, 1, 1)).add(bias.reshape(1, -1, 1, 1));
  }

  /** A convolution as a sum of shifted products; stride 1 or more, zero padding. */
  static NDArray conv(NDArray x, NDArray weight, NDArray bias, int stride, int pad) {
    Shape s = x.getShape();
    Shape k = weight.getShape();
    NDArray padded = pad == 0 ? x : pad(x, pad);
    long h = (s.get(2) + 2L * pad - k.get(2)) / stride + 1;
    long w = (s.get(3) + 2L * pad - k.get(3)) / stride + 1;
    NDArray sum = bias.reshape(1, -1, 1, 1);
    for (long i = 0; i < k.get(2); i++) {
      for (long j = 0; j < k.get(3); j++) {
        NDArray window =
            padded.get(
                ":, :, %d:%d:%d, %d:%d:%d"
                    .formatted(
                        i, i + (h - 1) * stride + 1, stride, j, j + (w - 1) * stride + 1, stride));
        NDArray tap = weight.get(":, :, %d, %d".formatted(i, j)); // [out, in]
        NDArray out = tap.matMul(window.reshape(s.get(0), s.get(1), h * w)); // [B, out, h·w]
        sum = sum.add(out.reshape(s.get(0), k.get(0), h, w));
      }
    }
    return sum;
  }

  private static NDArray pad(NDArray x, int pad) {
    Shape s = x.getShape();
    NDArray side = x.getManager().zeros(new Shape(s.get(0), s.get(1), s.get(2), pad));
    NDArray wide = side.concat(x, 3).concat(side, 3);
    NDArray row = x.getManager().zeros(new Shape(s.get(0), s.get(1), pad, s.get(3) + 2L * pad));
    return row.concat(wide, 2).concat(row, 2);
  }
}
