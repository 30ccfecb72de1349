package resgen.head;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import resgen.noise.Keys;
import resgen.noise.Noise;
import resgen.quantize.Codebooks;
import resgen.torch.Kernel;
import resgen.torch.Torch;
import resgen.train.Trainable;

/**
 * A softmax over the codes of tokens of one depth, after a causal backbone: the usual
 * autoregressive model of single codes. Guidance is on the hidden state, which is guidance on the
 * logits.
 */
public final class NextCodeHead implements Decoder.Of {

  private final CategoricalHead softmax;
  private final Codebooks codebooks; // null in a plan

  /** Declares {@code head}. */
  NextCodeHead(HeadSpec.Context c) {
    softmax = new CategoricalHead(c.parameters().scope("head"), c);
    codebooks = c.codebooks();
  }

  /** −log p of every code, {@code [B, L, 1]}. */
  public NDArray losses(NDArray hidden, Target target) {
    return softmax.losses(hidden, target);
  }

  @Override
  public Trainable.Loss loss(NDArray hidden, Target target, Objective how) {
    return softmax.loss(hidden, target, how);
  }

  @Override
  public NDArray likelihood(NDArray hidden, Target target) {
    return softmax.likelihood(hidden, target);
  }

  @Override
  public Proposal draw(NDArray hidden, Target target, How how, Keys keys) {
    return softmax.draw(hidden, target, how, keys);
  }

  @Override
  public NDArray firstCode(NDArray hidden, double noiseScale, long seed) {
    return softmax.firstCode(hidden, noiseScale, seed);
  }

  @Override
  public double flops(int positions, int depths) {
    return softmax.flops(positions, depths);
  }

  @Override
  public boolean iterates() {
    return false;
  }

  /** {@inheritDoc} None beside the backbone's. */
  @Override
  public int calls(int[] masked) {
    return 0;
  }

  @Override
  public double decodeFlops(int calls) {
    return 0;
  }

  @Override
  public double drawFlops(int calls) {
    return softmax.flops(1, 1);
  }

  @Override
  public Decoder decoder(Draw draw, int[] masked) {
    NDArray zero = Torch.longs(codebooks.array().getManager(), new int[] {0}, 1);
    return new Decoder() {
      @Override
      public void begin(int rows) {}

      @Override
      public Drawn draw(
          NDArray hidden,
          NDArray sums,
          NDArray sample,
          NDArray position,
          Noise noise,
          NDArray weight) {
        int n = (int) sample.size();
        boolean guided = hidden.getShape().get(0) > n;
        NDArray x =
            guided ? Kernel.of("reduce").call("guide", hidden, n, weight).head() : hidden; // [B, W]
        NDArray uniform = Keys.of(noise.fork("code"), sample, position, zero).uniforms(1); // [B, 1]
        NDArray visible = hidden.getManager().zeros(new Shape(n, 1), DataType.BOOLEAN);
        NDList drawn = softmax.draw(x, uniform, visible, 0, draw);
        NDArray own = codebooks.decode(drawn.get(0)); // [B, H]
        Torch.copy(guided ? own.concat(own, 0) : own, sums);
        return new Drawn(drawn.get(0), drawn.get(1));
      }

      @Override
      public void close() {
        zero.close();
      }
    };
  }
}
