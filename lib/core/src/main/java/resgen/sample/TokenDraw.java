package resgen.sample;

import ai.djl.ndarray.NDArray;
import resgen.model.DepthTransformer;
import resgen.model.RqTransformerNetwork;
import resgen.torch.Torch;

/** RQ-Transformer: one code after another, each given the coarser ones. */
final class TokenDraw implements DepthDraw {

  private final RqTransformerNetwork network;
  private final Sampling.Draw settings;
  private final DepthTransformer.Drawing drawing;

  TokenDraw(RqTransformerNetwork network, Sampling.Draw settings) {
    this.network = network;
    this.settings = settings;
    drawing = network.drawing();
  }

  @Override
  public void begin(int rows) {
    drawing.begin(rows);
  }

  @Override
  public NDArray draw(NDArray hidden, NDArray sums, Keys streams, double weight) {
    int d = calls();
    float[] uniform = new float[streams.size() * d];
    for (int i = 0; i < streams.size(); i++) {
      System.arraycopy(streams.of("code", i, 0).uniforms(d), 0, uniform, i * d, d);
    }
    return drawing.draw(
        hidden,
        sums,
        Torch.floats(network.manager(), uniform, streams.size(), d),
        weight,
        settings.temperature(),
        settings.topP());
  }

  @Override
  public int calls() {
    return network.settings().tokens().depth();
  }

  @Override
  public double flops(boolean guided) {
    return network.flops(guided);
  }

  @Override
  public void close() {
    drawing.close();
  }
}
